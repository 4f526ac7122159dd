'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState, type FormEvent } from 'react'
import { fetchImage } from '#lib/api/image-commands.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import { keys } from '#lib/api/queries.ts'
import { toImageName } from '#lib/domain/image.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { netbootUrl } from './netboot.ts'
import { useRefusalWords } from './use-image-words.ts'

const nameIn = (url: string) => (URL.canParse(url.trim()) ? toImageName(new URL(url.trim()).pathname) : null)

/** Lets the depot fetch an image. What it is called follows the address until somebody says otherwise. */
export function FetchDialog({ fetchFrom, firstUrl, onClose }: { fetchFrom: readonly string[]; firstUrl: string; onClose: () => void }) {
  const t = useTranslations('images')
  const common = useTranslations('common')
  const refusalOf = useRefusalWords()
  const client = useQueryClient()
  const [url, setUrl] = useState(firstUrl)
  const [named, setNamed] = useState<string | null>(null)
  const [sum, setSum] = useState('')
  const name = named ?? nameIn(url) ?? ''
  const fetching = useMutation({
    mutationFn: () => fetchImage({ url: url.trim(), ...(name === '' ? {} : { name }), ...(sum.trim() === '' ? {} : { sha256: sum.trim().toLowerCase() }) }),
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: keys.images }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!fetching.isPending) fetching.mutate()
  }
  const { error } = fetching
  const field = error instanceof ApiError ? (error.code === 'name-taken' ? 'name' : error.code === 'not-allowed' ? 'url' : error.field) : undefined
  const wrongOf = (of: string) => (error !== null && (field === of || (of === 'url' && !['name', 'sha256'].includes(field ?? ''))) ? (error instanceof ApiError && error.code === 'invalid' ? t(`wrong.${of as 'url' | 'name' | 'sha256'}`) : refusalOf(error)) : null)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('fetchTitle')}
      description={t('fetchText')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form="fetch-image" kind="strong" busy={fetching.isPending} disabled={url.trim() === ''}>
            {t('fetch')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <form id="fetch-image" onSubmit={submit} className="flex flex-col gap-4">
          <TextField
            mono
            type="url"
            label={t('url')}
            placeholder={netbootUrl}
            hint={fetchFrom.length === 0 ? t('fetchFromNobody') : t('fetchFromHint', { hosts: fetchFrom.join(', ') })}
            error={wrongOf('url')}
            value={url}
            onChange={(event) => {
              setUrl(event.target.value)
              fetching.reset()
            }}
          />
          <TextField mono label={t('nameHere')} error={wrongOf('name')} hint={t('nameHint')} value={name} onChange={(event) => setNamed(event.target.value)} />
          <TextField mono label={t('expected')} error={wrongOf('sha256')} hint={t('expectedHint')} value={sum} onChange={(event) => setSum(event.target.value)} />
        </form>
      </DialogPart>
    </Dialog>
  )
}
