'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { paths } from '#lib/api/paths.ts'
import { recordingKey, recordingQuery, removeRecording, startRecording, stopRecording } from '#lib/api/redfish.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { buttonStyle } from '../ui/button-style.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Skeleton } from '../ui/states.tsx'
import { RecordingProgress } from './recording-progress.tsx'
import { RecordingSummary } from './recording-summary.tsx'

/** A recording of the node's whole tree, with what would tell whose it is masked. It goes on while this is closed. */
export function RecordingDialog({ node, onClose }: { node: string; onClose: () => void }) {
  const t = useTranslations('redfish.recording')
  const words = useErrorWords()
  const client = useQueryClient()
  const { data, error } = useQuery(recordingQuery(node))
  const settled = { onSettled: () => client.invalidateQueries({ queryKey: recordingKey(node) }) }
  const start = useMutation({ mutationFn: () => startRecording(node), ...settled })
  const stop = useMutation({ mutationFn: () => stopRecording(node), ...settled })
  const remove = useMutation({ mutationFn: () => removeRecording(node), ...settled })
  const recording = data?.recording ?? null
  const isRunning = recording !== null && recording.state !== 'done'
  const failed = start.error ?? stop.error ?? remove.error ?? error
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('text')}
      footer={
        <>
          <Button onClick={onClose}>{t('close')}</Button>
          {isRunning && (
            <Button kind="danger" busy={stop.isPending || recording.isStopping} onClick={() => stop.mutate()}>
              {t(recording.isStopping ? 'stopping' : 'stop')}
            </Button>
          )}
          {recording?.state === 'done' && (
            <Button busy={remove.isPending} onClick={() => remove.mutate()}>
              {t('remove')}
            </Button>
          )}
          {!isRunning && (
            <Button kind={recording === null ? 'strong' : 'plain'} busy={start.isPending || data === undefined} onClick={() => start.mutate()}>
              {t(recording === null ? 'start' : 'again')}
            </Button>
          )}
          {recording?.summary != null && (
            <a href={paths.recordingFile(node)} download={`${node}.json.gz`} className={buttonStyle('strong')}>
              {t('download')}
            </a>
          )}
        </>
      }
    >
      <DialogPart className="flex flex-col gap-3">
        {failed !== null && <p role="alert" className="text-critical">{words(failed)}</p>}
        {data === undefined && error === null && <Skeleton className="w-64" />}
        {data !== undefined && recording === null && <p className="text-muted">{t('none')}</p>}
        {isRunning && <RecordingProgress recording={recording} />}
        {recording?.state === 'done' && <RecordingSummary recording={recording} />}
      </DialogPart>
    </Dialog>
  )
}
