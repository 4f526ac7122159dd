'use client'

import { ChevronDown, Power } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { asOf } from '#lib/domain/as-of.ts'
import { resetTypes } from '#lib/domain/reset-rules.ts'
import type { ResetType } from '#lib/domain/power.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { capabilityOf, fateOf, takesPart, type Target } from './plan.ts'

const PowerDialog = dynamic(() => import('./power-dialog.tsx').then((module) => module.PowerDialog), { ssr: false })

/** The power menu of one node or of many. What cannot be done is greyed and says why; a choice opens the dialog. */
export function PowerMenu({ targets, role, compact = false }: { targets: readonly Target[]; role: Role; /** Without its word on a narrow screen. */ compact?: boolean }) {
  const t = useTranslations('power')
  const roles = useTranslations('roles')
  const [asked, setAsked] = useState<{ action: ResetType; key: string } | null>(null)
  const label = (
    <>
      <Power size={15} aria-hidden />
      <span className={compact ? 'max-sm:sr-only' : undefined}>{t('menu')}</span>
      <ChevronDown size={14} aria-hidden className="text-muted" />
    </>
  )
  if (!may({ role }, 'power')) return <Button reason={t('why.role', { role: roles(role) })}>{label}</Button>

  const nowMs = serverNow()
  const entries: MenuEntry[] = resetTypes.flatMap((action): MenuEntry[] => {
    const [only] = targets
    const one = targets.length === 1 && only !== undefined ? only : null
    const composed = one !== null && capabilityOf(one, action)?.composed === true
    const entry: MenuEntry = {
      label: t(`action.${action}`),
      end: composed ? t('composed') : action === 'On' ? undefined : t(`hint.${action}`),
      tone: action === 'ForceOff' || action === 'PowerCycle' || action === 'ForceRestart' ? 'danger' : undefined,
      reason: one === null ? reasonOfMany(targets, action, nowMs, t) : reasonOfOne(one, action, nowMs, t),
      onSelect: () => setAsked({ action, key: crypto.randomUUID() }),
    }
    return action === 'GracefulRestart' || action === 'Nmi' ? [{ kind: 'line' }, entry] : [entry]
  })
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
function reasonOfOne(target: Target, action: ResetType, nowMs: number, t: Words): string | undefined {
  switch (fateOf(target, action, nowMs)) {
    case 'protected':
      return t('why.protected')
    case 'cannot':
      return capabilityOf(target, action)?.reason ?? t('why.cannot')
    case 'pointless':
      return asOf(target, nowMs).power === 'off' ? t('why.isOff') : t('why.isOn')
    default:
      return undefined
  }
}

const reasonOfMany = (targets: readonly Target[], action: ResetType, nowMs: number, t: Words) =>
  targets.some((target) => takesPart(fateOf(target, action, nowMs))) ? undefined : t('nothing')
