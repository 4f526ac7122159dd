'use client'

import { useTranslations } from 'next-intl'
import { toPowerAction } from '#lib/domain/operation-actions.ts'
import type { ActionOptions, OperationAction } from '#lib/domain/operation.ts'
import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import { useNow } from '../ui/clock.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { toApiCommand, toBmcCommands, toCliCommand, type AskedOptions, type Command } from './commands.ts'
import { composedOf, resetOf, type Target } from './plan.ts'

type SameAsProps = {
  /** The node, when it is one: then its BMC can be asked directly too. */
  target: (Target & { username?: string | null }) | null
  names: readonly string[]
  action: OperationAction
  options: AskedOptions
  limits: OperationLimits
}

function toCommands(target: NonNullable<SameAsProps['target']>, action: PowerAction, options: ActionOptions, nowMs: number): Command[] {
  const reset = resetOf(target, action, nowMs)
  return reset === null ? [] : toBmcCommands(target, reset, { composed: composedOf(target, action, nowMs) !== null, ...options })
}

/** The same as a command, without a password in it. */
export function SameAs({ target, names, action, options, limits }: SameAsProps) {
  const t = useTranslations('power')
  const nowMs = useNow()
  const switches = toPowerAction(action)
  const commands = target === null || switches === null ? [] : toCommands(target, switches, options, nowMs)
  const cli = toCliCommand(names, action, options, limits)
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label text-muted">{t('sameAs')}</h3>
      {cli !== null && <CopyBox text={cli.text} label={t('copy')} />}
      {commands.map(({ tool, text }) => (
        <CopyBox key={tool} text={text} label={t('copy')} />
      ))}
      {commands.length > 0 && <p className="text-label text-faint">{t('commandNote')}</p>}
      {(target === null || switches === null) && (
        <>
          <div className="max-h-28 overflow-y-auto rounded-md">
            <CopyBox text={toApiCommand(window.location.origin, names, action, options, limits).text} label={t('copy')} />
          </div>
          <p className="text-label text-faint">{t('tokenNote')}</p>
        </>
      )}
    </section>
  )
}
