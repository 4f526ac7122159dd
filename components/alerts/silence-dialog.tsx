'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { createSilence } from '#lib/api/alert-commands.ts'
import { keys } from '#lib/api/queries.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { RangeField } from './range-field.tsx'
import { useSpanWords } from './use-alert-words.ts'

const spans = [1_800, 3_600, 4 * 3_600, 12 * 3_600, 86_400, 3 * 86_400, 7 * 86_400, 30 * 86_400].map(String)

/** Asks which nodes are to be quiet, for how long, and why. */
export function SilenceDialog({ onClose, range: first = '' }: { onClose: () => void; range?: string }) {
  const t = useTranslations('alerts.silence')
  const common = useTranslations('common')
  const words = useErrorWords()
  const span = useSpanWords()
  const client = useQueryClient()
  const [range, setRange] = useState(first)
  const [reason, setReason] = useState('')
  const [seconds, setSeconds] = useState('3600')
  const save = useMutation({
    mutationFn: () => createSilence({ range: range.trim(), reason: reason.trim(), until: new Date(serverNow() + Number(seconds) * 1000).toISOString() }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.silences })
      void client.invalidateQueries({ queryKey: keys.alerts })
      toast({ level: 'ok', title: t('made') })
      onClose()
    },
  })
  const isReady = range.trim() !== '' && reason.trim() !== ''
  return (
    <Dialog
      open
      width="sm"
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('text')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="silence" kind="strong" disabled={!isReady} busy={save.isPending}>
            {t('do')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <form
          id="silence"
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady && !save.isPending) save.mutate()
          }}
        >
          <RangeField label={t('range')} value={range} onChange={setRange} />
          <Select label={t('span')} value={seconds} onChange={setSeconds} choices={spans.map((value) => ({ value, label: span(Number(value)) }))} />
          <TextField label={t('reason')} value={reason} onChange={(event) => setReason(event.target.value)} maxLength={200} error={save.error === null ? null : words(save.error)} />
        </form>
      </DialogPart>
    </Dialog>
  )
}
