'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextArea } from '../ui/text-field.tsx'
import { countLines, sendPieces, toPieces } from './paste.ts'

const pauses = ['0', '50', '200', '1000'] as const
type Pause = (typeof pauses)[number]
/** Between pieces of a text that is sent without a pause per line: the serial line is slower than any browser. */
const breathMs = 20

type Props = { text: string; node: string; send: (piece: Uint8Array) => boolean; onClose: () => void }

/** Shows what will be typed before it is, line by line if wanted: a serial line has no flow control that a shell would heed. */
export function PasteDialog({ text: first, node, send, onClose }: Props) {
  const t = useTranslations('console.paste')
  const [text, setText] = useState(first)
  const [pause, setPause] = useState<Pause>('50')
  const [progress, setProgress] = useState<{ sent: number; of: number } | null>(null)
  const calling = useRef<AbortController | null>(null)
  const lines = text === '' ? 0 : countLines(text)

  const start = async () => {
    const pieces = toPieces(text, pause !== '0')
    const control = new AbortController()
    calling.current = control
    let sent = 0
    setProgress({ sent, of: pieces.length })
    const told = (piece: Uint8Array) => {
      if (!send(piece)) return false
      sent += 1
      setProgress({ sent, of: pieces.length })
      return true
    }
    const done = await sendPieces(pieces, pause === '0' ? breathMs : Number(pause), told, control.signal)
    setProgress(null)
    if (done === pieces.length || control.signal.aborted) onClose()
  }
  const close = () => {
    calling.current?.abort()
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('title', { node })}
      description={t('text')}
      keepOnOutsidePress
      footer={
        <>
          {progress !== null && <output className="mr-auto text-muted">{t('progress', progress)}</output>}
          <Button onClick={close}>{progress === null ? t('cancel') : t('stop')}</Button>
          <Button kind="strong" disabled={lines === 0} busy={progress !== null} onClick={() => void start()}>
            {t('send', { count: lines })}
          </Button>
        </>
      }
    >
      <DialogPart>
        <TextArea mono rows={12} label={t('what')} value={text} onChange={(event) => setText(event.target.value)} hint={t('hint')} />
      </DialogPart>
      <DialogPart>
        <Select
          label={t('pause')}
          value={pause}
          onChange={setPause}
          choices={pauses.map((value) => ({ value, label: value === '0' ? t('noPause') : t('milliseconds', { ms: Number(value) }) }))}
          hint={t('pauseHint')}
          className="max-w-60"
        />
      </DialogPart>
    </Dialog>
  )
}
