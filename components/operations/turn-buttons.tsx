'use client'

import { Ban, Pause, Play } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { Operation } from '#lib/domain/operation.ts'
import { actionOf, may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { useTurn } from './use-turn.ts'

const AbortDialog = dynamic(() => import('./abort-dialog.tsx').then((module) => module.AbortDialog), { ssr: false })

type TurnButtonsProps = { operation: Operation; role: Role; size?: 'md' | 'sm'; /** Their words are for screen readers on a narrow screen. */ compact?: boolean }

/** Hold or continue, and abort: for one that runs, by whoever may ask for such a thing. */
export function TurnButtons({ operation, role, size, compact = false }: TurnButtonsProps) {
  const t = useTranslations('operations')
  const turn = useTurn(operation.id)
  const [asks, setAsks] = useState(false)
  if (operation.state !== 'running' || operation.stopped !== null || !may({ role }, actionOf[operation.kind])) return null
  const { held, counts } = operation
  const words = compact ? 'max-sm:sr-only' : undefined
  return (
    <>
      {(held !== null || counts.queued > 0) && (
        <Button size={size} busy={turn.isPending} title={held === null ? t('holdTitle') : t('continueTitle')} onClick={() => turn.mutate(held === null ? 'hold' : 'continue')}>
          {held === null ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          <span className={words}>{held === null ? t('hold') : t('continue')}</span>
        </Button>
      )}
      <Button size={size} kind="danger" title={t('abortTitle')} onClick={() => setAsks(true)}>
        <Ban size={14} aria-hidden />
        <span className={words}>{t('abort.short')}</span>
      </Button>
      {asks && <AbortDialog operation={operation} onClose={() => setAsks(false)} />}
    </>
  )
}
