'use client'

import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { bitRates, type BmcSetting, type BmcSetup, type RestorePolicy } from '#lib/domain/bmc-setup.ts'
import { Button } from '../ui/button.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Select } from '../ui/select.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'

type Set = ((setting: BmcSetting) => void) | undefined
type Limit = NonNullable<BmcSetup['lan']>['limit']

/** What the BMC has told, part by part. `onSet` where the person may change what can be changed here. */
export function SetupFacts({ setup, busy, onSet }: { setup: BmcSetup; busy: boolean; onSet: Set }) {
  const t = useTranslations('setup')
  const limitOf = (limit: Limit) => (limit === null ? t('untold') : t(`limit.${limit}`))
  const { restore, sol, clock, lan, users, watchdog, filtering } = setup
  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
      {restore !== null && (
        <Part title={t('restore')}>
          {onSet === undefined || restore.policies.length === 0 ? (
            <p>{restore.policy === null ? t('untold') : t(`policy.${restore.policy}`)}</p>
          ) : (
            <Choice
              key={restore.policy}
              label={t('restore')}
              isHeaded
              value={restore.policy ?? ''}
              choices={restore.policies.map((value) => ({ value, label: t(`policy.${value}`) }))}
              busy={busy}
              onSet={(policy) => onSet({ what: 'restore', policy: policy as RestorePolicy })}
            />
          )}
        </Part>
      )}
      {sol !== null && (
        <Part title={t('sol')}>
          <Facts
            rows={[
              [t('enabled'), t(sol.isEnabled ? 'yes' : 'no')],
              [t('privilege'), limitOf(sol.privilege)],
              [t('encrypted'), sol.isEncrypted === null ? t('untold') : t(sol.isEncrypted ? 'yes' : 'no')],
              [t('port'), sol.port],
              // Where it can be chosen it stands there.
              [t('bitRate'), onSet === undefined ? (sol.bitRate ?? t('untold')) : null],
            ]}
          />
          {onSet !== undefined && (
            <div className="mt-2 flex flex-wrap items-end gap-3">
              <Choice
                key={sol.bitRate}
                label={t('bitRate')}
                value={String(sol.bitRate ?? '')}
                choices={bitRates.map((rate) => ({ value: String(rate), label: String(rate) }))}
                busy={busy}
                onSet={(rate) => onSet({ what: 'sol', isEnabled: sol.isEnabled, bitRate: bitRates.find((one) => String(one) === rate)! })}
              />
              <Button busy={busy} onClick={() => onSet({ what: 'sol', isEnabled: !sol.isEnabled })}>
                {t(sol.isEnabled ? 'switchOff' : 'switchOn')}
              </Button>
            </div>
          )}
        </Part>
      )}
      {clock !== null && (
        <Part title={t('clock')}>
          <div className="flex flex-wrap items-center gap-3">
            <LocalTime at={clock} />
            {onSet !== undefined && (
              <Button busy={busy} onClick={() => onSet({ what: 'clock' })}>
                {t('setClock')}
              </Button>
            )}
          </div>
        </Part>
      )}
      {watchdog !== null && (
        <Part title={t('watchdog')}>
          <Facts
            rows={[
              [t('running'), t(watchdog.isRunning ? 'yes' : 'no')],
              [t('use'), watchdog.use === null ? null : t(`uses.${watchdog.use}`)],
              [t('action'), watchdog.action === null ? null : t(`watchdogAction.${watchdog.action}`)],
              [t('countdown'), t('seconds', { seconds: watchdog.countdownSeconds })],
            ]}
          />
        </Part>
      )}
      {lan !== null && (
        <Part title={t('lan')}>
          <Facts
            rows={[
              [t('address'), lan.address],
              [t('source'), lan.source === null ? null : t(`sources.${lan.source}`)],
              [t('mask'), lan.mask],
              [t('gateway'), lan.gateway],
              ['MAC', lan.mac],
              ['VLAN', lan.vlan],
              [t('channel'), lan.channel],
              [t('access'), lan.mode === null ? null : t(`mode.${lan.mode}`)],
              [t('privilege'), limitOf(lan.limit)],
              [t('suites'), lan.suites.map(({ id, limit }) => (limit === null ? String(id) : `${id} (${limitOf(limit)})`)).join(', ')],
            ]}
          />
        </Part>
      )}
      {filtering !== null && (
        <Part title={t('filtering')}>
          <Facts rows={[[t('enabled'), t(filtering.isEnabled ? 'yes' : 'no')], [t('actions'), filtering.actions.map((action) => t(`pef.${action}`)).join(', ')]]} />
        </Part>
      )}
      {users !== null && (
        <Part title={t('users')}>
          <Users users={users} limitOf={limitOf} />
        </Part>
      )}
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1.5 font-medium">{title}</h3>
      {children}
    </div>
  )
}

function Facts({ rows }: { rows: readonly (readonly [string, string | number | null])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_minmax(0,1fr)] gap-x-6 gap-y-1">
      {rows
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  )
}

type ChoiceProps = { label: string; /** Its label stands above it already. */ isHeaded?: boolean; value: string; choices: readonly { value: string; label: string }[]; busy: boolean; onSet: (value: string) => void }

/** A choice, and a button once it is another than the BMC has; empty where that does not tell what it has. */
function Choice({ label, isHeaded = false, value, choices, busy, onSet }: ChoiceProps) {
  const t = useTranslations('setup')
  const [chosen, setChosen] = useState(value)
  return (
    <div className="flex flex-wrap items-end gap-3">
      <Select label={label} labelHidden={isHeaded} value={chosen} onChange={setChosen} choices={choices} className="min-w-44" />
      {chosen !== value && (
        <Button kind="strong" busy={busy} onClick={() => onSet(chosen)}>
          {t('set')}
        </Button>
      )}
    </div>
  )
}

function Users({ users, limitOf }: { users: NonNullable<BmcSetup['users']>; limitOf: (limit: Limit) => string }) {
  const t = useTranslations('setup')
  return (
    <Table aria-label={t('users')}>
      <thead>
        <tr>
          <HeadCell className="w-12">ID</HeadCell>
          <HeadCell>{t('name')}</HeadCell>
          <HeadCell>{t('privilege')}</HeadCell>
          <HeadCell>{t('enabled')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {users.map(({ id, name, limit, isEnabled }) => (
          <Row key={id}>
            <Cell>{id}</Cell>
            <Cell className="wrap-anywhere">{name === '' ? t('nameless') : name}</Cell>
            <Cell>{limitOf(limit)}</Cell>
            <Cell>{isEnabled === null ? t('untold') : t(isEnabled ? 'yes' : 'no')}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
