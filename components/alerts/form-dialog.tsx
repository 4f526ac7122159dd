'use client'

import { useTranslations } from 'next-intl'
import { useId, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

type FormDialogProps = {
  title: ReactNode
  description?: ReactNode
  width?: 'lg'
  /** What speaks against it as a whole; what is wrong with a field stands at the field. */
  refusal: string | null
  busy: boolean
  /** There is nothing to save. */
  disabled?: boolean
  onSave: () => void
  onClose: () => void
  children: ReactNode
}

/** A form that makes something or changes it: save, cancel, and what was refused. */
export function FormDialog({ title, description, width, refusal, busy, disabled, onSave, onClose, children }: FormDialogProps) {
  const common = useTranslations('common')
  const form = useId()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      width={width}
      footer={
        <>
          {refusal !== null && (
            <p role="alert" className="mr-auto text-critical">
              {refusal}
            </p>
          )}
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" form={form} kind="strong" busy={busy} disabled={disabled}>
            {common('save')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSave()
        }}
      >
        {children}
      </form>
    </Dialog>
  )
}
