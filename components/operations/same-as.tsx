'use client'

import { useTranslations } from 'next-intl'
import type { ActionOptions } from '#lib/domain/operation.ts'
import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import { useNow } from '../ui/clock.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { toApiCommand, toBmcCommands, toCliCommand } from './commands.ts'
import { composedOf, resetOf, type Target } from './plan.ts'

type SameAsProps = {
  /** The node, when it is one: then its BMC can be asked directly too. */
  target: (Target & { username?: string | null }) | null
  names: readonly string[]
  action: PowerAction
  options: ActionOptions
  limits: OperationLimits
}

/** The same as a command, without a password in it. */
export function SameAs({ target, names, action, options, limits }: SameAsProps) {
  const t = useTranslations('power')
  const nowMs = useNow()
  const reset = target === null ? null : resetOf(target, action, nowMs)
  const commands = target === null || reset === null ? [] : toBmcCommands(target, reset, { composed: composedOf(target, action, nowMs) !== null, ...options })
  const cli = toCliCommand(names, action, options, limits)
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label text-muted">{t('sameAs')}</h3>
      {cli !== null && <CopyBox text={cli.text} label={t('copy')} />}
      {commands.map(({ tool, text }) => (
        <CopyBox key={tool} text={text} label={t('copy')} />
      ))}
      {commands.length > 0 && <p className="text-label text-faint">{t('commandNote')}</p>}
      {target === null && (
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
