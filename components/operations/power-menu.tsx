'use client'

import { ChevronDown, Power } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { asOf } from '#lib/domain/as-of.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { useReasonWords } from './reason-words.ts'
import { capabilityOf, composedOf, fateOf, takesPart, type Target } from './plan.ts'

const PowerDialog = dynamic(() => import('./power-dialog.tsx').then((module) => module.PowerDialog), { ssr: false })

/** In the order of the menu, in groups: what is done daily first. */
const groups: readonly (readonly PowerAction[])[] = [
  ['On', 'GracefulShutdown', 'ForceOff'],
  ['Boot', 'GracefulRestart', 'ForceRestart', 'PowerCycle'],
  ['PushPowerButton', 'FullPowerCycle', 'Nmi'],
]
const harsh: ReadonlySet<PowerAction> = new Set(['ForceOff', 'PowerCycle', 'ForceRestart', 'FullPowerCycle'])

/** The power menu of one node or of many. What cannot be done is greyed and says why; a choice opens the dialog. */
export function PowerMenu({ targets, role, compact = false }: { targets: readonly Target[]; role: Role; /** Without its word on a narrow screen. */ compact?: boolean }) {
  const t = useTranslations('power')
  const roles = useTranslations('roles')
  const told = useReasonWords()
  const [asked, setAsked] = useState<{ action: PowerAction; key: string } | null>(null)
  const label = (
    <>
      <Power size={15} aria-hidden />
      <span className={compact ? 'max-sm:sr-only' : undefined}>{t('menu')}</span>
      <ChevronDown size={14} aria-hidden className="text-muted" />
    </>
  )
  if (!may({ role }, 'power')) return <Button reason={t('why.role', { role: roles(role) })}>{label}</Button>

  const nowMs = serverNow()
  const [only] = targets
  const one = targets.length === 1 && only !== undefined ? only : null
  const toEntry = (action: PowerAction): MenuEntry => {
    const composed = one === null ? null : composedOf(one, action, nowMs)
    return {
      label: t(`action.${action}`),
      end: composed !== null ? t(`composed.${composed}`) : action === 'On' ? undefined : t(`hint.${action}`),
      tone: harsh.has(action) ? 'danger' : undefined,
      reason: one === null ? reasonOfMany(targets, action, nowMs, t) : reasonOfOne(one, action, nowMs, t, told),
      onSelect: () => setAsked({ action, key: crypto.randomUUID() }),
    }
  }
  const entries = groups.flatMap((group, i): MenuEntry[] => [...(i === 0 ? [] : [{ kind: 'line' as const }]), ...group.map(toEntry)])
  return (
    <>
      <MenuButton label={t('menu')} entries={entries} align="end">
        {label}
      </MenuButton>
      {asked !== null && <PowerDialog key={asked.key} action={asked.action} targets={targets} idempotencyKey={asked.key} onClose={() => setAsked(null)} />}
    </>
  )
}

type Words = ReturnType<typeof useTranslations<'power'>>

/** Why this is greyed for a node: its state, its protection, or the BMC's own reason. */
function reasonOfOne(target: Target, action: PowerAction, nowMs: number, t: Words, told: ReturnType<typeof useReasonWords>): string | undefined {
  switch (fateOf(target, { action }, nowMs)) {
    case 'protected':
      return t('why.protected')
    case 'cannot':
      return told(capabilityOf(target, action, nowMs)) ?? t('why.cannot')
    case 'pointless':
      return asOf(target, nowMs).power === 'off' ? t('why.isOff') : t('why.isOn')
    default:
      return undefined
  }
}

const reasonOfMany = (targets: readonly Target[], action: PowerAction, nowMs: number, t: Words) =>
  targets.some((target) => takesPart(fateOf(target, { action }, nowMs))) ? undefined : t('nothing')
