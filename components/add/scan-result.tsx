'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState, type CSSProperties, type FormEvent } from 'react'
import { importNodes, stopScan } from '#lib/api/nodes-commands.ts'
import type { ScanDetail } from '#lib/api/nodes-contract.ts'
import { scanKeys, scanQuery } from '#lib/api/scan-queries.ts'
import { Button } from '../ui/button.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx'
import { TextField } from '../ui/text-field.tsx'
import { Added } from './added.tsx'
import { FindingTable } from './finding-table.tsx'
import { PlanSteps } from './plan-steps.tsx'
import { toWords } from './range-form.ts'
import { toNames, toNodes } from './scan-form.ts'
import { usePlan } from './use-plan.ts'
import { useRefusalWords } from './use-plan-words.ts'

/** A scan: how far it is, what it found, and the nodes that come of it. */
export function ScanResult({ id }: { id: string }) {
  const t = useTranslations('add')
  const refusal = useRefusalWords()
  const { data, error } = useQuery(scanQuery(id))
  if (data === undefined && error !== null) return <ErrorState title={refusal(error)} action={<ButtonLink href="/add/scan">{t('newScan')}</ButtonLink>} />
  if (data === undefined) {
    return (
      <div aria-busy className="flex flex-col gap-4 p-5">
        <Skeleton className="w-64" />
        <Skeleton className="w-full max-w-md" />
      </div>
    )
  }
  return (
    <>
      <Head scan={data} />
      {data.findings.length > 0 ? <Findings scan={data} /> : data.state === 'done' && <EmptyState title={t('foundNone')}>{t('foundNoneText')}</EmptyState>}
    </>
  )
}

function Head({ scan }: { scan: ScanDetail }) {
  const t = useTranslations('add')
  const client = useQueryClient()
  const stop = useMutation({ mutationFn: () => stopScan(scan.id), onSuccess: (stopped) => client.setQueryData(scanKeys.scan(scan.id), stopped) })
  const share = scan.total === 0 ? 1 : scan.asked / scan.total
  return (
    <section aria-label={t('scan')} className="border-b px-5 py-4">
      <p className="font-mono break-words">{scan.ranges}</p>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-2">
        <p role="status" className="text-muted">
          {scan.state === 'queued' ? t('waitingLong') : t('scanned', { asked: scan.asked, total: scan.total, found: scan.found })}
          {scan.end === 'stopped' && ` ${t('wasStopped')}`}
        </p>
        {scan.state !== 'done' && (
          <Button size="sm" onClick={() => stop.mutate()} busy={stop.isPending || scan.isStopping}>
            {t('stop')}
          </Button>
        )}
        {scan.state === 'done' && (
          <ButtonLink href="/add/scan" size="sm">
            {t('newScan')}
          </ButtonLink>
        )}
      </div>
      <span aria-hidden className="bar mt-3 max-w-md" style={{ '--fill': share, '--bar': scan.state === 'done' ? 'var(--ok)' : 'var(--info)' } as CSSProperties} />
    </section>
  )
}

const formId = 'add-findings'
type AddForm = { template: string; username: string; password: string; groups: string; rack: string }
const emptyForm: AddForm = { template: 'n{4}', username: '', password: '', groups: '', rack: '' }

/** What was found: tick some, name them by a template or one by one, and add them with one user and password. */
function Findings({ scan }: { scan: ScanDetail }) {
  const t = useTranslations('add')
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [named, setNamed] = useState<ReadonlyMap<string, string>>(new Map())
  const [form, setForm] = useState(emptyForm)
  const [touched, setTouched] = useState(false)
  const addresses = scan.findings.filter(({ address }) => ticked.has(address)).map(({ address }) => address)
  const byTemplate = toNames(form.template, addresses)
  const chosen = addresses.map((address, index) => ({ address, name: named.get(address) ?? byTemplate[index]! }))
  const steps = usePlan((how) =>
    importNodes({
      nodes: toNodes(chosen, scan, { groups: toWords(form.groups), rack: form.rack.trim() === '' ? null : form.rack.trim() }),
      credential: { username: form.username, password: form.password },
      ...how,
    }),
  )
  const set = (change: Partial<AddForm>) => {
    steps.forget()
    setForm({ ...form, ...change })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTouched(true)
    if (form.username !== '' && form.password !== '') steps.check.mutate()
  }
  const needed = (text: string) => (touched && text === '' ? t('needed') : null)
  if (steps.carryOut.data !== undefined) {
    const again = () => {
      steps.forget()
      setTicked(new Set())
      setTouched(false)
    }
    return <Added plan={steps.carryOut.data} onAgain={again} />
  }
  return (
    <>
      <FindingTable
        findings={scan.findings}
        ticked={ticked}
        names={new Map(chosen.map(({ address, name }) => [address, name]))}
        onTick={(next) => {
          steps.forget()
          setTicked(next)
        }}
        onName={(address, name) => {
          steps.forget()
          setNamed(new Map(named).set(address, name))
        }}
      />
      {chosen.length > 0 && (
        <>
          <form id={formId} onSubmit={submit} noValidate className="grid max-w-4xl gap-x-6 gap-y-4 px-5 py-4 sm:grid-cols-2">
            <TextField mono label={t('template')} value={form.template} onChange={(event) => set({ template: event.target.value })} hint={t('templateHint')} autoCapitalize="none" className="sm:col-span-2 sm:max-w-sm" />
            <TextField mono label={t('field.username')} value={form.username} onChange={(event) => set({ username: event.target.value })} error={needed(form.username)} autoCapitalize="none" />
            <PasswordField mono label={t('field.password')} value={form.password} onChange={(event) => set({ password: event.target.value })} error={needed(form.password)} hint={t('passwordHint')} autoComplete="new-password" />
            <TextField label={t('field.groups')} value={form.groups} onChange={(event) => set({ groups: event.target.value })} hint={t('listHint')} />
            <TextField label={t('field.rack')} value={form.rack} onChange={(event) => set({ rack: event.target.value })} />
          </form>
          <PlanSteps steps={steps} form={formId} lineWord={false} />
        </>
      )}
    </>
  )
}
