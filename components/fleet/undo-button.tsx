'use client'

import { useState } from 'react'
import { patchNodes } from '#lib/api/nodes-commands.ts'
import type { BulkEdit } from '#lib/domain/bulk-edit.ts'
import { Button } from '../ui/button.tsx'
import { dismissToast, toast, type ToastMessage } from '../ui/toast.tsx'

type Inverses = readonly { nodes: readonly string[]; edit: BulkEdit }[]
type UndoWords = { undo: string; undone: string; failed: string }

type UndoButtonProps = {
  inverses: Inverses
  words: UndoWords
  /** The toast that it stands in; it has its number only after it is shown. */
  toastId: () => number
}

/** Takes a change of many nodes back. It stands in a toast, outside the page and its words. */
function UndoButton({ inverses, words, toastId }: UndoButtonProps) {
  const [busy, setBusy] = useState(false)
  const press = async () => {
    setBusy(true)
    try {
      for (const { nodes, edit } of inverses) await patchNodes(nodes, edit)
      toast({ title: words.undone, level: 'ok' })
    } catch (error) {
      toast({ title: words.failed, text: error instanceof Error ? error.message : undefined, level: 'critical' })
    }
    dismissToast(toastId())
  }
  return (
    <Button size="sm" busy={busy} onClick={() => void press()}>
      {words.undo}
    </Button>
  )
}

const undoStaysMs = 20_000

/** Says that many nodes were changed, and offers to take it back. */
export function toastWithUndo(message: ToastMessage, inverses: Inverses, words: UndoWords): void {
  const id: number = toast({ ...message, staysMs: undoStaysMs, action: <UndoButton inverses={inverses} words={words} toastId={() => id} /> })
}
