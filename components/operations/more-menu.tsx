'use client'

import { Ellipsis } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { refreshActions } from '#lib/domain/operation-actions.ts'
import { may, type Action } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { useReasonWords } from './reason-words.ts'
import type { Target } from './plan.ts'
import { useStart } from './use-start.ts'

const BootDialog = dynamic(() => import('./boot-dialog.tsx').then((module) => module.BootDialog), { ssr: false })
const InstallDialog = dynamic(() => import('./install-dialog.tsx').then((module) => module.InstallDialog), { ssr: false })
const MountDialog = dynamic(() => import('./media-dialogs.tsx').then((module) => module.MountDialog), { ssr: false })
const EjectDialog = dynamic(() => import('./media-dialogs.tsx').then((module) => module.EjectDialog), { ssr: false })
const FansDialog = dynamic(() => import('./fans-dialog.tsx').then((module) => module.FansDialog), { ssr: false })
const PowerCapDialog = dynamic(() => import('./power-cap-dialog.tsx').then((module) => module.PowerCapDialog), { ssr: false })
const IndicatorDialog = dynamic(() => import('./indicator-dialog.tsx').then((module) => module.IndicatorDialog), { ssr: false })
const LogClearDialog = dynamic(() => import('./log-clear-dialog.tsx').then((module) => module.LogClearDialog), { ssr: false })
const BmcResetDialog = dynamic(() => import('./bmc-reset-dialog.tsx').then((module) => module.BmcResetDialog), { ssr: false })

type Asked = 'boot' | 'install' | 'mount' | 'eject' | 'indicator' | 'fans' | 'power-cap' | 'log-clear' | 'bmc-reset'

/** What else can be asked of one node or of many: what it boots from, images, its light, how much it draws, its log and its BMC anew, and readings at once. */
export function MoreMenu({ targets, role }: { targets: readonly Target[]; role: Role }) {
  const t = useTranslations('more')
  const roles = useTranslations('roles')
  const told = useReasonWords()
  const [asked, setAsked] = useState<{ what: Asked; key: string } | null>(null)
  // A reading needs no dialog: nothing is sent that changes anything.
  const start = useStart()
  const ask = (what: Asked) => setAsked({ what, key: crypto.randomUUID() })
  const mayNot = (action: Action) => (may({ role }, action) ? undefined : t('role', { role: roles(role) }))
  const [only] = targets
  const one = targets.length === 1 && only !== undefined ? only : null
  const cannot = (ability: 'boot' | 'media' | 'indicator' | 'fans' | 'powerCap' | 'bmcReset') => {
    // A light does a node no harm, and its fans are given back to a BMC whoever protects it.
    if (one?.protected === true && ability !== 'fans' && ability !== 'indicator') return t('protected')
    const known = one?.capabilities?.[ability]
    return known?.can === false ? (told(known) ?? t('cannot')) : undefined
  }
  const entries: MenuEntry[] = [
    { label: t('boot'), reason: mayNot('boot') ?? cannot('boot'), onSelect: () => ask('boot') },
    { label: t('install'), tone: 'danger', reason: mayNot('install') ?? cannot('media') ?? cannot('boot'), onSelect: () => ask('install') },
    { label: t('mount'), reason: mayNot('media') ?? cannot('media'), onSelect: () => ask('mount') },
    { label: t('eject'), reason: mayNot('media') ?? cannot('media'), onSelect: () => ask('eject') },
    { kind: 'line' },
    { label: t('indicator'), reason: mayNot('indicator') ?? cannot('indicator'), onSelect: () => ask('indicator') },
    { label: t('fans'), reason: mayNot('fans') ?? cannot('fans'), onSelect: () => ask('fans') },
    { label: t('powerCap'), reason: mayNot('powerCap') ?? cannot('powerCap'), onSelect: () => ask('power-cap') },
    { label: t('logClear'), tone: 'danger', reason: mayNot('clearLog'), onSelect: () => ask('log-clear') },
    { label: t('bmcReset'), tone: 'danger', reason: mayNot('resetBmc') ?? cannot('bmcReset'), onSelect: () => ask('bmc-reset') },
    { kind: 'line' },
    ...refreshActions.map((action) => ({ label: t(action), reason: mayNot('refresh'), onSelect: () => start.mutate({ kind: 'refresh', action, nodes: targets.map(({ name }) => name) }) })),
  ]
  const onClose = () => setAsked(null)
  return (
    <>
      <MenuButton label={t('menu')} title={t('menu')} entries={entries} align="end">
        <Ellipsis size={16} aria-hidden />
      </MenuButton>
      {asked?.what === 'boot' && <BootDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'install' && <InstallDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'mount' && <MountDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'eject' && <EjectDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'fans' && <FansDialog key={asked.key} targets={targets} onClose={onClose} />}
      {asked?.what === 'power-cap' && <PowerCapDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'indicator' && <IndicatorDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'log-clear' && <LogClearDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
      {asked?.what === 'bmc-reset' && <BmcResetDialog key={asked.key} targets={targets} idempotencyKey={asked.key} onClose={onClose} />}
    </>
  )
}
