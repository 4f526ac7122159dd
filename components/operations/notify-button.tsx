'use client'

import { Bell, BellRing } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '../ui/button.tsx'
import { setNotifying, useNotifying } from '../ui/notify.ts'

/** Wants to be told by the browser when an operation ends, or no longer. */
export function NotifyButton({ className }: { className?: string }) {
  const t = useTranslations('operations')
  const notifying = useNotifying()
  if (notifying === null || notifying === 'unsupported') return null
  const on = notifying === 'on'
  const Icon = on ? BellRing : Bell
  return (
    <Button
      kind="quiet"
      size="sm"
      aria-pressed={on}
      reason={notifying === 'denied' ? t('notify.denied') : undefined}
      title={on ? t('notify.stop') : t('notify.start')}
      onClick={() => void setNotifying(!on)}
      className={className}
    >
      <Icon size={14} aria-hidden className={on ? 'text-info' : undefined} />
      {on ? t('notify.on') : t('notify.ask')}
    </Button>
  )
}
