'use client'

import { useTranslations } from 'next-intl'
import { Button } from '../ui/button.tsx'

type SaveRowProps = { dirty: boolean; busy: boolean; refusal: string | null; onDiscard: () => void }

/** The foot of a form: save, discard, and what speaks against it. There only while something is changed. */
export function SaveRow({ dirty, busy, refusal, onDiscard }: SaveRowProps) {
  const t = useTranslations('node.settings')
  if (!dirty && refusal === null) return null
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2">
      <Button type="submit" kind="strong" busy={busy}>
        {t('save')}
      </Button>
      <Button kind="quiet" onClick={onDiscard}>
        {t('discard')}
      </Button>
      {refusal === null ? (
        <span className="text-label text-faint">{t('unsaved')}</span>
      ) : (
        <p role="alert" className="text-critical">
          {refusal}
        </p>
      )}
    </div>
  )
}
