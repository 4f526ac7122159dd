'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { ApiError } from '#lib/api/fetcher.ts'
import { changeImageLimits } from '#lib/api/image-commands.ts'
import { keys } from '#lib/api/queries.ts'
import type { ImageLimits } from '#lib/domain/image-space.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { toast } from '../ui/toast.tsx'
import { useRefusalWords } from './use-image-words.ts'

const gib = 1024 ** 3

/** `12.5` as GiB; null for nothing, undefined for what is no size. */
function toQuota(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const size = Number(text.replace(',', '.'))
  return Number.isFinite(size) && size > 0 ? Math.round(size * gib) : undefined
}

/** How much room the library takes, and from where it fetches. */
export function LimitsDialog({ limits, onClose }: { limits: ImageLimits; onClose: () => void }) {
  const t = useTranslations('images')
  const common = useTranslations('common')
  const refusalOf = useRefusalWords()
  const client = useQueryClient()
  const [quota, setQuota] = useState(limits.quotaBytes === null ? '' : String(Math.round((limits.quotaBytes / gib) * 100) / 100))
  const [reserve, setReserve] = useState(String(limits.reservePercent))
  const [places, setPlaces] = useState(limits.fetchFrom.join('\n'))
  const quotaBytes = toQuota(quota)
  const reservePercent = /^\d{1,2}$/.test(reserve.trim()) && Number(reserve) <= 90 ? Number(reserve) : undefined
  const saving = useMutation({
    mutationFn: () => changeImageLimits({ quotaBytes: quotaBytes ?? null, reservePercent: reservePercent ?? limits.reservePercent, fetchFrom: places.split(/[\s,]+/).filter((place) => place !== '') }),
    onSuccess() {
      toast({ level: 'ok', title: t('limitsSaved') })
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.images }),
  })
  const isRight = quotaBytes !== undefined && reservePercent !== undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isRight && !saving.isPending) saving.mutate()
  }
  const { error } = saving
  const isOfPlaces = error instanceof ApiError && error.field === 'fetchFrom'
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('limitsTitle')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="image-limits" kind="strong" busy={saving.isPending} disabled={!isRight}>
            {common('save')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <form id="image-limits" onSubmit={submit} className="flex flex-col gap-4">
          <TextField label={t('quota')} hint={t('quotaHint')} error={quotaBytes === undefined ? t('wrong.quota') : null} inputMode="decimal" value={quota} onChange={(event) => setQuota(event.target.value)} />
          <TextField label={t('reserve')} hint={t('reserveHint')} error={reservePercent === undefined ? t('wrong.reserve') : null} inputMode="numeric" value={reserve} onChange={(event) => setReserve(event.target.value)} />
          <TextArea mono rows={5} label={t('fetchFrom')} hint={t('fetchFromText')} error={isOfPlaces ? error.message.replace(/^fetchFrom: /, '') : null} value={places} onChange={(event) => setPlaces(event.target.value)} />
          {error !== null && !isOfPlaces && (
            <p role="alert" className="text-critical">
              {refusalOf(error)}
            </p>
          )}
        </form>
      </DialogPart>
    </Dialog>
  )
}
