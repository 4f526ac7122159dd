'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'

type Size = { columns: number; rows: number }
type Props = { now: Size; fits: Size; reason: string | undefined; onResize: (size: Size) => void; onClose: () => void }

const within = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most

/** Changes the terminal for everybody, and says what to type so that the host knows: a serial line carries no size. */
export function SizeDialog({ now, fits, reason, onResize, onClose }: Props) {
  const t = useTranslations('console.size')
  const [columns, setColumns] = useState(String(now.columns))
  const [rows, setRows] = useState(String(now.rows))
  const size = { columns: Number(columns), rows: Number(rows) }
  const isGood = within(size.columns, 20, 500) && within(size.rows, 5, 200)
  const set = (next: Size) => {
    setColumns(String(next.columns))
    setRows(String(next.rows))
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      width="sm"
      title={t('title')}
      description={t('text')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind="strong"
            disabled={!isGood}
            reason={reason}
            onClick={() => {
              onResize(size)
              onClose()
            }}
          >
            {t('set')}
          </Button>
        </>
      }
    >
      <DialogPart>
        <div className="grid grid-cols-2 gap-3">
          <TextField
            label={t('columns')}
            inputMode="numeric"
            value={columns}
            onChange={(event) => setColumns(event.target.value)}
            error={within(size.columns, 20, 500) ? null : '20–500'}
          />
          <TextField
            label={t('rows')}
            inputMode="numeric"
            value={rows}
            onChange={(event) => setRows(event.target.value)}
            error={within(size.rows, 5, 200) ? null : '5–200'}
          />
        </div>
        <div className="mt-3 flex flex-wrap gap-2">
          <Button size="sm" onClick={() => set({ columns: 80, rows: 24 })}>
            80 × 24
          </Button>
          <Button size="sm" onClick={() => set(fits)}>
            {t('fit', fits)}
          </Button>
        </div>
      </DialogPart>
      {isGood && (
        <DialogPart>
          <p className="mb-2 text-muted">{t('hint')}</p>
          <CopyBox text={`stty rows ${size.rows} cols ${size.columns}`} />
        </DialogPart>
      )}
    </Dialog>
  )
}
