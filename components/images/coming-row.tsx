'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Image } from '#lib/api/images-contract.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import { spanWords } from '../ui/age.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { useWords } from '../ui/words.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { leftMs, rateOf, withSample, type Sample } from './rate.ts'
import { continueUpload, stopUpload, type Upload } from './uploads.ts'
import { useFailureWords, useRefusalWords } from './use-image-words.ts'

/** A piece takes about four seconds; whose upload was silent for longer than this is not being sent by anybody. */
const silentMs = 40_000

type Progress = { received: number; bytes: number | null; samples: readonly Sample[]; isStill: boolean }

/** `1.7 of 4.1 GiB · 110 MiB/s · 22 s left`, as much of it as is known. */
function ProgressWords({ received, bytes, samples, isStill }: Progress) {
  const t = useTranslations('images')
  const words = useWords()
  const rate = isStill ? null : rateOf(samples)
  const left = leftMs(received, bytes, rate)
  const parts = [
    bytes === null ? toSizeText(received) : t('ofSize', { part: toSizeText(received), whole: toSizeText(bytes) }),
    ...(rate === null ? [] : [t('rate', { size: toSizeText(rate) })]),
    ...(left === null ? [] : [t('left', { span: spanWords(left, words) })]),
  ]
  return <span className="text-muted tabular-nums">{parts.join(' · ')}</span>
}

/** What was seen of something that comes without our help, from one look to the next. */
function useSamples(atMs: number, bytes: number): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  if (samples.at(-1)?.bytes !== bytes) setSamples(withSample(samples, { atMs, bytes }))
  return samples
}

type RowProps = {
  /** The library's row, once it is announced. */
  image: Image | null
  /** What this tab does about it. */
  upload: Upload | null
  /** How much more fits. */
  leftBytes: number
  mayManage: boolean
  onRemove: () => void
  onChooseFile: () => void
}

/** One image that is on its way, or that failed and says why. */
export function ComingRow({ image, upload, leftBytes, mayManage, onRemove, onChooseFile }: RowProps) {
  const t = useTranslations('images')
  const name = upload?.name ?? image!.name
  const state = image?.state ?? 'uploading'
  const isOver = state === 'failed'
  return (
    <li className="flex flex-col gap-1.5 border-b px-5 py-3" data-image={name}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {isOver && <HealthMark level="critical" />}
        <span className="min-w-0 truncate font-mono" title={name}>
          {name}
        </span>
        <span className="min-w-0 flex-1 max-sm:order-last max-sm:basis-full">
          <State image={image} upload={upload} leftBytes={leftBytes} />
        </span>
        {mayManage && (
          <span className="ml-auto flex gap-2">
            <Turn image={image} upload={upload} onChooseFile={onChooseFile} />
            <Button size="sm" kind="quiet" onClick={onRemove} aria-label={t(isOver ? 'dismissOf' : 'cancelOf', { name })}>
              {t(isOver ? 'dismiss' : 'cancel')}
            </Button>
          </span>
        )}
      </div>
      {!isOver && <Bar name={name} image={image} upload={upload} />}
    </li>
  )
}

/** The row knows more than the upload once its bytes are all there. */
const isLocal = (image: Image | null, upload: Upload | null): upload is Upload => upload !== null && (image === null || image.state === 'uploading')

function Bar({ name, image, upload }: Pick<RowProps, 'image' | 'upload'> & { name: string }) {
  if (isLocal(image, upload)) return <ProgressBar label={name} part={upload.sent / upload.file.size} isStill={upload.state !== 'sending'} />
  const done = image!.state === 'checking' ? image!.checked : image!.received
  return <ProgressBar label={name} part={image!.bytes === null ? null : done / image!.bytes} isStill={image!.state === 'uploading'} />
}

function State({ image, upload, leftBytes }: Pick<RowProps, 'image' | 'upload' | 'leftBytes'>) {
  const t = useTranslations('images')
  const failureOf = useFailureWords()
  const refusalOf = useRefusalWords()
  const nowMs = useNow()
  const samples = useSamples(image === null ? 0 : Date.parse(image.movedAt), image === null ? 0 : image.state === 'checking' ? image.checked : image.received)
  if (isLocal(image, upload)) {
    const progress = { received: upload.sent, bytes: upload.file.size, samples: upload.samples, isStill: upload.state !== 'sending' }
    if (upload.problem !== null) return <span className="text-critical">{refusalOf(upload.problem, { needBytes: upload.file.size - upload.sent, leftBytes })}</span>
    return (
      <>
        {upload.state !== 'sending' && <span className={upload.state === 'broken' ? 'mr-2 text-warning' : 'mr-2 text-muted'}>{t(`upload.${upload.state}`)}</span>}
        <ProgressWords {...progress} />
      </>
    )
  }
  const { state, failure, bytes, received, checked, by, movedAt } = image!
  if (failure !== null) return <span className="text-muted">{failureOf(failure)}</span>
  const isSilent = state === 'uploading' && nowMs - Date.parse(movedAt) > silentMs
  return (
    <>
      <span className={isSilent ? 'mr-2 text-warning' : 'mr-2 text-muted'}>{isSilent ? t('upload.silent') : t(`state.${state as 'uploading' | 'fetching' | 'checking'}`, { by })}</span>
      <ProgressWords received={state === 'checking' ? checked : received} bytes={bytes} samples={samples} isStill={isSilent} />
    </>
  )
}

function Turn({ image, upload, onChooseFile }: Pick<RowProps, 'image' | 'upload' | 'onChooseFile'>) {
  const t = useTranslations('images')
  if (isLocal(image, upload)) {
    const { key, state } = upload
    return state === 'stopped' ? (
      <Button size="sm" onClick={() => continueUpload(key)}>
        {t('continue')}
      </Button>
    ) : (
      <Button size="sm" kind="quiet" onClick={() => stopUpload(key)}>
        {t('pause')}
      </Button>
    )
  }
  if (image?.state !== 'uploading') return null
  return (
    <Button size="sm" onClick={onChooseFile}>
      {t('chooseAgain')}
    </Button>
  )
}
