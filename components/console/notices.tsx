'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Banner } from '../ui/states.tsx'
import type { ConsoleHandle } from './use-console.ts'

const ConfirmDialog = dynamic(() => import('./confirm-dialog.tsx').then((module) => module.ConfirmDialog), { ssr: false })

/** One line above the terminal when the console is not simply open: the cause, and what can be done. */
export function Notices({ handle: { view, ask, connectNow, focus } }: { handle: ConsoleHandle }) {
  const t = useTranslations('console')
  const [isTaking, setIsTaking] = useState(false)
  const { line, status } = view

  if (line.state === 'ended') {
    return (
      <Banner
        tone="critical"
        title={t(`ended.${line.why}`)}
        action={line.why === 'tooMany' ? <Button onClick={connectNow}>{t('tryAgain')}</Button> : undefined}
      >
        {t(`endedText.${line.why}`)}
      </Banner>
    )
  }
  if (line.state === 'down') {
    return (
      <Banner tone="warning" title={t('away')} action={<Button onClick={connectNow}>{t('tryNow')}</Button>}>
        {line.text ?? t('awayText')}
      </Banner>
    )
  }
  if (status === null) return null
  if (status.state === 'busy') {
    return (
      <Banner tone="warning" title={t('busy')} action={<Button onClick={() => setIsTaking(true)}>{t('takeSession')}</Button>}>
        {t('busyText')}
        {isTaking && (
          <ConfirmDialog
            title={t('takeSessionTitle')}
            text={t('takeSessionText')}
            confirm={t('takeSession')}
            onConfirm={() => {
              ask({ type: 'takeSession' })
              focus()
            }}
            onClose={() => setIsTaking(false)}
          />
        )}
      </Banner>
    )
  }
  if (status.state === 'failed') {
    return (
      <Banner tone="critical" title={t('failed')} action={<Button onClick={() => ask({ type: 'retry' })}>{t('tryAgain')}</Button>}>
        {status.text ?? (status.reason === null ? null : t(`reason.${status.reason}`))}
        {status.retryInMs !== null && (
          <span className="ml-2 text-faint">{t('retriesItself', { seconds: Math.ceil(status.retryInMs / 1000) })}</span>
        )}
      </Banner>
    )
  }
  if (status.state === 'lost') {
    return (
      <Banner tone="warning" title={t('lost')} action={<Button onClick={() => ask({ type: 'retry' })}>{t('tryNow')}</Button>}>
        {status.text ?? t('lostText')}
      </Banner>
    )
  }
  return null
}
