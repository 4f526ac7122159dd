'use client'

import { useRef, useState } from 'react'
import { FilterField } from './filter-field.tsx'

const typingMs = 300

/** Words to look for; they count a moment after the last key, and none is undefined. */
export function WordsFilter({ label, value, onCommit, className }: { label: string; value: string; onCommit: (value: string | undefined) => void; className?: string }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [typed, setTyped] = useState<string | null>(null)
  const type = (text: string) => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onCommit(text.trim() === '' ? undefined : text.trim()), typingMs)
  }
  return <FilterField label={label} value={typed ?? value} onType={type} onBlur={() => setTyped(null)} maxLength={200} className={className} />
}
