'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true

/** The whole page takes files that are dropped; while they hang over it, it says so. A file dropped beside it would take the tab away. */
export function DropTarget({ onFiles }: { onFiles: (files: File[]) => void }) {
  const t = useTranslations('images')
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    let depth = 0
    const turn = (by: number) => setOver((depth = Math.max(0, depth + by)) > 0)
    const enter = (event: DragEvent) => hasFiles(event) && (event.preventDefault(), turn(1))
    const over = (event: DragEvent) => hasFiles(event) && event.preventDefault()
    const leave = (event: DragEvent) => hasFiles(event) && turn(-1)
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      turn(-depth)
      onFiles([...event.dataTransfer!.files])
    }
    const ears = Object.entries({ dragenter: enter, dragover: over, dragleave: leave, drop }) as [keyof DocumentEventMap, EventListener][]
    for (const [name, ear] of ears) document.addEventListener(name, ear)
    return () => {
      for (const [name, ear] of ears) document.removeEventListener(name, ear)
    }
  }, [onFiles])
  if (!isOver) return null
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex items-center justify-center bg-shade">
      <p className="rounded-lg border border-dashed border-line-strong bg-surface px-8 py-6 text-title font-medium">{t('drop')}</p>
    </div>
  )
}
