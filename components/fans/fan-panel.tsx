'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState, type ReactNode } from 'react'
import type { SensorList } from '#lib/api/contract.ts'
import type { FansAnswer } from '#lib/api/fans-contract.ts'
import type { FanControl } from '#lib/domain/fan.ts'
import { isConsented, isHeld, type FanPolicy } from '#lib/domain/fan-policy.ts'
import { useReasonWords } from '../operations/reason-words.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Select } from '../ui/select.tsx'
import { EmptyState, Notice } from '../ui/states.tsx'
import { FanEditor } from './fan-editor.tsx'
import { toChoosable, toDraft, toPolicy, type FanDraft } from './fan-form.ts'
import { FanTable, toFanRows } from './fan-table.tsx'
import { Guarantee } from './guarantee.tsx'
import { StandingWords } from './standing.tsx'
import { useFans, type Temperature } from './use-fans.ts'
import { useZoneWords } from './use-zone-words.ts'
import { useFanRefusal } from './use-fan-refusal.ts'

const ConsentDialog = dynamic(() => import('./consent-dialog.tsx').then((module) => module.ConsentDialog), { ssr: false })

type PanelProps = {
  node: string
  /** The BMC cannot be spoken to. */
  silent: boolean
  isProtected: boolean
  may: { set: boolean; trust: boolean }
  first: { fans: FansAnswer; sensors: SensorList }
  /** What they did and how hot it was. */
  history: ReactNode
  /** Has the BMC asked again, for those who may: what it refused for good may be tried once more. */
  probe?: ReactNode
}

/** The fans of a node: what they do, whose they are, and what can be asked of them. */
export function FanPanel({ node, silent, isProtected, may, first, history, probe }: PanelProps) {
  const t = useTranslations('fans')
  const { fans, temperatures, speeds, change } = useFans(node, first)
  const refusalOf = useFanRefusal()
  const told = useReasonWords()
  const rows = toFanRows(fans, speeds, useZoneWords())
  const { control } = fans
  const isTrusted = control !== null && isConsented(control, fans.standing?.consent ?? null)
  // A BMC that no probe has reached yet may take anything.
  const whyNot = told(fans.told ?? undefined)
  const lack = fans.refusal === null && whyNot === undefined ? t('unknown') : t('noControl')
  const mayNot = !may.set ? t('mayNot') : control === null ? lack : !isTrusted ? t('unverifiedFirst') : undefined
  return (
    <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(0,1.25fr)]">
      <div className="min-w-0 max-lg:order-last lg:border-r">
        <section aria-label={t('fans')} className="overflow-x-auto border-b">
          <FanTable rows={rows} silent={silent} />
        </section>
        <Temperatures rows={temperatures} silent={silent} />
        {history}
      </div>
      <div className="min-w-0">
        <section aria-label={t('now')} className="flex flex-wrap items-start justify-between gap-4 border-b px-5 py-4">
          <StandingWords fans={fans} />
          <Button
            // It stands out while somebody holds the fans; else there is nothing to give back.
            kind={fans.standing !== null && isHeld(fans.standing.policy) ? 'strong' : 'plain'}
            reason={mayNot ?? (control?.automatic === null ? t('noAutomatic') : undefined)}
            busy={change.isPending && change.variables?.policy.kind === 'automatic'}
            onClick={() => change.mutate({ policy: { kind: 'automatic' } })}
          >
            {t('backToAutomatic')}
          </Button>
        </section>
        {silent && <Notice>{t('silent')}</Notice>}
        {change.error !== null && (
          <p role="alert" className="border-b px-5 py-2 text-critical">
            {refusalOf(change.error, node)}
          </p>
        )}
        {control === null ? (
          <EmptyState title={lack} action={fans.refusal === null ? undefined : probe}>{fans.refusal === null ? (whyNot ?? t('notProbed')) : t('refused', { text: fans.refusal.text })}</EmptyState>
        ) : (
          <Control
            // What somebody asked anew, here or elsewhere, is what a draft begins from.
            key={`${control.profile} ${fans.standing?.setAt ?? ''}`}
            {...{ node, control, fans, temperatures, isTrusted, may, change }}
            reason={mayNot ?? (isProtected ? t('protected') : undefined)}
          />
        )}
      </div>
    </div>
  )
}

function Temperatures({ rows, silent }: { rows: readonly Temperature[]; silent: boolean }) {
  const t = useTranslations('fans')
  const hottest = [...rows].sort((a, b) => (b.reading ?? -Infinity) - (a.reading ?? -Infinity))
  return (
    <section aria-label={t('temperatures')} className="px-5 py-4">
      <h2 className="mb-2 text-label text-muted">{t('temperatures')}</h2>
      {rows.length === 0 && <p className="text-faint">{t('noTemperatures')}</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-6 gap-y-1">
        {hottest.map(({ key, name, reading, health }) => (
          <li key={key} className="flex items-baseline justify-between gap-2">
            <span className="min-w-0 truncate" title={name}>
              {name}
            </span>
            <span className={silent || reading === null ? 'text-faint' : health === 'critical' ? 'text-critical' : health === 'warning' ? 'text-warning' : ''}>
              {reading === null ? t('noReading') : `${Math.round(reading)} °C`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

type ControlProps = {
  node: string
  control: FanControl
  fans: FansAnswer
  temperatures: readonly Temperature[]
  isTrusted: boolean
  may: PanelProps['may']
  change: ReturnType<typeof useFans>['change']
  /** Why nothing can be set. */
  reason: string | undefined
}

function Control({ node, control, fans, temperatures, isTrusted, may, change, reason }: ControlProps) {
  const t = useTranslations('fans')
  const policy = fans.standing?.policy ?? null
  const [changes, setChanges] = useState<Partial<FanDraft>>({})
  const [isTried, setTried] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [base] = useState(() => toDraft(policy, control, temperatures))
  const draft = { ...base, ...changes }
  const found = toPolicy(draft, control)
  const problems = 'problems' in found ? found.problems : []
  const isOther = 'policy' in found && JSON.stringify(found.policy) !== JSON.stringify(policy)
  const modes = toChoosable(control)
  const kinds = ([['automatic', control.automatic !== null], ['mode', modes.length > 0], ['fixed', control.zones.length > 0], ['curve', control.zones.length > 0]] as const).flatMap(([kind, can]) => (can ? [kind] : []))
  const edit = (next: Partial<FanDraft>) => {
    change.reset()
    setChanges({ ...changes, ...next })
  }
  const settle = () => {
    setChanges({})
    setTried(false)
    setAsking(false)
  }
  const apply = () => {
    setTried(true)
    if ('policy' in found) change.mutate({ policy: found.policy }, { onSuccess: settle })
  }
  const begin: FanPolicy = control.automatic === null ? { kind: 'mode', mode: draft.mode } : { kind: 'automatic' }
  return (
    <div className="flex flex-col gap-5 px-5 py-4">
      <p className="text-label text-faint">{t('by', { name: control.name, via: control.via === 'ipmi' ? 'IPMI' : 'Redfish', grade: control.grade })}</p>
      {!isTrusted && (
        <div className="flex flex-wrap items-center gap-3 rounded-md border border-warning/40 bg-warning-ground px-4 py-3">
          <p className="min-w-0 flex-1 basis-64">{t('unverified')}</p>
          <Button reason={may.trust ? undefined : t('mayNotTrust')} onClick={() => setAsking(true)}>
            {t('readAndTrust')}
          </Button>
        </div>
      )}
      {isAsking && (
        <ConsentDialog node={node} control={control} busy={change.isPending} onClose={() => setAsking(false)} onTrust={() => change.mutate({ policy: begin, consent: control.profile }, { onSuccess: settle })} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Select label={t('what')} value={draft.kind} onChange={(kind) => edit({ kind })} reason={reason} choices={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`), hint: t(`kindHint.${kind}`) }))} />
        {draft.kind === 'mode' && (
          <Select
            label={t('mode')}
            value={draft.mode}
            onChange={(mode) => edit({ mode })}
            reason={reason}
            choices={modes.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </div>
      {(draft.kind === 'fixed' || draft.kind === 'curve') && (
        <fieldset disabled={reason !== undefined} className="flex min-w-0 flex-col gap-5">
          <FanEditor control={control} draft={draft} problems={isTried ? problems : problems.filter(({ code }) => code !== 'sensors')} temperatures={temperatures} onChange={edit} />
          <Guarantee control={control} letGo={draft.letGo} limit={draft.limit} />
        </fieldset>
      )}
      {control.zones.length === 0 && <p className="text-label text-faint">{t('modesOnly')}</p>}
      {control.switches.map(({ id, name }) => {
        const now = fans.reading?.switches[id]
        return (
          <div key={id} className="flex flex-col gap-1">
            <Checkbox disabled={reason !== undefined} checked={draft.switches[id] ?? now ?? false} onChange={(event) => edit({ switches: { ...draft.switches, [id]: event.target.checked } })}>
              {t.has(`switch.${id}` as 'switch.third-party-pcie') ? t(`switch.${id}` as 'switch.third-party-pcie') : name}
            </Checkbox>
            <p className="text-label text-faint">{t(now === undefined ? 'switchUntold' : now ? 'switchOn' : 'switchOff')}</p>
          </div>
        )
      })}
      <div className="flex flex-wrap items-center gap-3">
        <Button kind="strong" busy={change.isPending} reason={reason ?? (isOther || problems.length > 0 ? undefined : t('nothingToApply'))} onClick={apply}>
          {t('apply')}
        </Button>
        {Object.keys(changes).length > 0 && (
          <Button kind="quiet" onClick={() => {
              change.reset()
              settle()
            }}>
            {t('discard')}
          </Button>
        )}
        {policy !== null && isHeld(policy) && fans.standing?.state === 'released' && (
          <Button reason={reason} busy={change.isPending} onClick={() => change.mutate({ policy })}>
            {t('again')}
          </Button>
        )}
      </div>
    </div>
  )
}
