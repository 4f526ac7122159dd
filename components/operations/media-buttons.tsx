'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import type { Target } from './plan.ts'
import { useStart } from './use-start.ts'

const MountDialog = dynamic(() => import('./media-dialogs.tsx').then((module) => module.MountDialog), { ssr: false })
const EjectDialog = dynamic(() => import('./media-dialogs.tsx').then((module) => module.EjectDialog), { ssr: false })
const InstallDialog = dynamic(() => import('./install-dialog.tsx').then((module) => module.InstallDialog), { ssr: false })

/** What can be done with a node's virtual drives, beside what they hold. */
export function MediaButtons({ target, role }: { target: Target; role: Role }) {
  const t = useTranslations('more')
  const roles = useTranslations('roles')
  const [asked, setAsked] = useState<{ what: 'mount' | 'eject' | 'install'; key: string } | null>(null)
  const start = useStart()
  const reason = !may({ role }, 'media') ? t('role', { role: roles(role) }) : target.protected ? t('protected') : undefined
  const ask = (what: 'mount' | 'eject' | 'install') => setAsked({ what, key: crypto.randomUUID() })
  const props = asked === null ? null : { targets: [target], idempotencyKey: asked.key, onClose: () => setAsked(null) }
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="sm" reason={reason} onClick={() => ask('install')}>
        {t('install')}
      </Button>
      <Button size="sm" reason={reason} onClick={() => ask('mount')}>
        {t('mount')}
      </Button>
      <Button size="sm" reason={reason} onClick={() => ask('eject')}>
        {t('eject')}
      </Button>
      <Button size="sm" reason={may({ role }, 'refresh') ? undefined : t('role', { role: roles(role) })} busy={start.isPending} onClick={() => start.mutate({ kind: 'refresh', action: 'RefreshMedia', nodes: [target.name] })}>
        {t('readMedia')}
      </Button>
      {props !== null && asked?.what === 'install' && <InstallDialog key={asked.key} {...props} />}
      {props !== null && asked?.what === 'mount' && <MountDialog key={asked.key} {...props} />}
      {props !== null && asked?.what === 'eject' && <EjectDialog key={asked.key} {...props} />}
    </div>
  )
}
