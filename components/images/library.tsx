'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Upload as UploadIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useCallback, useEffect, useRef, useState } from 'react'
import { removeImage } from '#lib/api/image-commands.ts'
import { imagesQuery } from '#lib/api/image-queries.ts'
import type { Image, ImageList } from '#lib/api/images-contract.ts'
import { keys } from '#lib/api/queries.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import { Button } from '../ui/button.tsx'
import { Banner, EmptyState } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ComingRow } from './coming-row.tsx'
import { DropTarget } from './drop-target.tsx'
import { ImageTable } from './image-table.tsx'
import { netbootUrl } from './netboot.ts'
import { addFiles, dropUpload, useUploads, type Upload } from './uploads.ts'
import { useRefusalWords } from './use-image-words.ts'

const FetchDialog = dynamic(() => import('./fetch-dialog.tsx').then((module) => module.FetchDialog), { ssr: false })
const RemoveDialog = dynamic(() => import('./remove-dialog.tsx').then((module) => module.RemoveDialog), { ssr: false })
const LimitsDialog = dynamic(() => import('./limits-dialog.tsx').then((module) => module.LimitsDialog), { ssr: false })

/** What is on its way: the library's rows, each with what this tab does about it, and files that are not announced yet. */
function toComing(coming: readonly Image[], uploads: readonly Upload[]): { image: Image | null; upload: Upload | null }[] {
  const rows = coming.map((image) => ({ image, upload: uploads.find(({ id, name }) => (id === null ? name === image.name && image.state === 'uploading' : id === image.id)) ?? null }))
  return [...rows, ...uploads.filter((upload) => !rows.some((row) => row.upload === upload)).map((upload) => ({ image: null, upload }))]
}

/** The library: what can be mounted, and what is on its way. */
export function Library({ first, mayManage }: { first: ImageList; mayManage: boolean }) {
  const t = useTranslations('images')
  const client = useQueryClient()
  const refusalOf = useRefusalWords()
  const { data } = useQuery({ ...imagesQuery(), initialData: first })
  const uploads = useUploads()
  const chooser = useRef<HTMLInputElement>(null)
  const [fetched, setFetched] = useState<string | null>(null)
  const [removed, setRemoved] = useState<Image | null>(null)
  const [isLimits, setLimits] = useState(false)
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: keys.images }), [client])
  const take = useCallback(
    (files: File[]) => {
      const wrong = addFiles(files)
      if (wrong.length > 0) toast({ level: 'warning', title: t('notIso', { names: wrong.slice(0, 3).join(', ') }) })
    },
    [t],
  )
  // What was announced stands in the list from now on.
  const announced = uploads.flatMap(({ id }) => id ?? []).join()
  useEffect(() => {
    if (announced !== '') void refresh()
  }, [announced, refresh])
  const coming = toComing(data.coming, uploads)
  const drop = ({ image, upload }: (typeof coming)[number]) =>
    void (upload === null ? removeImage(image!.id) : dropUpload(upload.key)).catch((error: unknown) => toast({ level: 'critical', title: refusalOf(error) })).finally(refresh)
  const reason = mayManage ? undefined : t('mayNot')
  const actions = (
    <>
      <Button kind="strong" reason={reason} onClick={() => chooser.current?.click()}>
        <UploadIcon size={15} aria-hidden />
        {t('upload.button')}
      </Button>
      <Button reason={reason} onClick={() => setFetched('')}>
        <Download size={15} aria-hidden />
        {t('fetchByUrl')}
      </Button>
    </>
  )
  const isEmpty = data.images.length === 0 && coming.length === 0
  return (
    <>
      {data.space === null && (
        <Banner tone="warning" title={t('away')}>
          {t('awayText')}
        </Banner>
      )}
      {isEmpty ? (
        <EmptyState
          title={t('empty.title')}
          action={
            <>
              {actions}
              {mayManage && (
                <Button kind="quiet" onClick={() => setFetched(netbootUrl)}>
                  {t('empty.netboot')}
                </Button>
              )}
            </>
          }
        >
          <p>{t('empty.text')}</p>
          <p className="mt-2">{t('empty.slow')}</p>
        </EmptyState>
      ) : (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-5 py-3">
          <Room list={data} onChange={mayManage ? () => setLimits(true) : null} />
          <div className="flex flex-wrap gap-2">{actions}</div>
        </div>
      )}
      <input ref={chooser} type="file" multiple accept=".iso" className="sr-only" tabIndex={-1} aria-label={t('upload.button')} onChange={(event) => (take([...(event.target.files ?? [])]), (event.target.value = ''))} />
      {coming.length > 0 && (
        <ul aria-label={t('coming')}>
          {coming.map((row) => (
            <ComingRow key={row.image?.id ?? row.upload!.key} {...row} leftBytes={data.space?.leftBytes ?? 0} mayManage={mayManage} onRemove={() => drop(row)} onChooseFile={() => chooser.current?.click()} />
          ))}
        </ul>
      )}
      {data.images.length > 0 && <ImageTable images={data.images} mayManage={mayManage} onRemove={setRemoved} />}
      {isEmpty && (
        <div className="px-5">
          <Room list={data} onChange={mayManage ? () => setLimits(true) : null} />
        </div>
      )}
      {mayManage && <DropTarget onFiles={take} />}
      {fetched !== null && <FetchDialog fetchFrom={data.limits.fetchFrom} firstUrl={fetched} onClose={() => setFetched(null)} />}
      {removed !== null && <RemoveDialog image={removed} onClose={() => setRemoved(null)} />}
      {isLimits && <LimitsDialog limits={data.limits} onClose={() => setLimits(false)} />}
    </>
  )
}

/** How much the library takes, and how much more it may. */
function Room({ list: { usedBytes, space, limits }, onChange }: { list: ImageList; onChange: (() => void) | null }) {
  const t = useTranslations('images')
  const used = toSizeText(usedBytes)
  return (
    <p className="text-muted tabular-nums">
      {space === null ? t('used', { used }) : t(space.limit === 'quota' ? 'roomQuota' : 'roomDisk', { used, left: toSizeText(space.leftBytes), quota: toSizeText(limits.quotaBytes ?? 0), reserve: limits.reservePercent })}
      {onChange !== null && (
        <Button kind="quiet" size="sm" className="ml-2" onClick={onChange}>
          {t('limits')}
        </Button>
      )}
    </p>
  )
}
