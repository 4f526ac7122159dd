'use client'

import { useRef, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

type Props = {
  title: ReactNode
  /** What will happen, in one sentence. */
  description?: ReactNode
  /** What the button says that does it. */
  yes: ReactNode
  /** What the button says that leaves everything as it is. */
  no: ReactNode
  isHarsh: boolean
  busy?: boolean
  onYes: () => void
  onClose: () => void
  children?: ReactNode
}

/** Asks once more. The focus is on the button that does nothing. */
export function ConfirmDialog({ title, description, yes, no, isHarsh, busy = false, onYes, onClose, children }: Props) {
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={description}
      width="sm"
      initialFocus={cancel}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {no}
          </Button>
          <Button kind={isHarsh ? 'danger' : 'strong'} busy={busy} onClick={onYes}>
            {yes}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
