'use client'

import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { IconButton } from '../ui/button.tsx'
import { boxStyle } from '../ui/text-field.tsx'
import { cx } from '../ui/class-names.ts'
import type { ConsoleTerminal } from './terminal.ts'

const decorations = {
  matchBackground: '#7a5b12',
  matchOverviewRuler: '#f0b429',
  activeMatchBackground: '#b47f0e',
  activeMatchColorOverviewRuler: '#f5a524',
}

/** Finds in all that the terminal keeps. Enter goes up to the older one, Shift-Enter down. */
export function FindBar({ terminal, onClose }: { terminal: RefObject<ConsoleTerminal | null>; onClose: () => void }) {
  const t = useTranslations('console.find')
  const [text, setText] = useState('')
  const [found, setFound] = useState<{ at: number; of: number } | null>(null)
  const box = useRef<HTMLInputElement>(null)

  useEffect(() => {
    box.current?.focus()
    const now = terminal.current
    const listening = now?.search.onDidChangeResults(({ resultIndex, resultCount }) => setFound({ at: resultIndex + 1, of: resultCount }))
    return () => {
      listening?.dispose()
      now?.search.clearDecorations()
    }
  }, [terminal])

  const look = (what: string, up: boolean, incremental: boolean) => {
    const { search } = terminal.current ?? {}
    if (what === '') return search?.clearDecorations()
    const options = { decorations, incremental }
    return up ? search?.findPrevious(what, options) : search?.findNext(what, options)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter') look(text, !event.shiftKey, false)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const said = text === '' || found === null ? '' : found.of === 0 ? t('none') : t('count', found)
  return (
    <search className="flex shrink-0 items-center gap-1.5 border-b px-5 py-1.5">
      <input
        ref={box}
        aria-label={t('label')}
        placeholder={t('label')}
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value)
          look(event.target.value, true, true)
        }}
        onKeyDown={onKeyDown}
        className={cx(boxStyle, 'max-w-80 font-mono placeholder:font-sans')}
      />
      <IconButton label={t('previous')} onClick={() => look(text, true, false)}>
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('next')} onClick={() => look(text, false, false)}>
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <output className="text-label text-muted">{said}</output>
      <IconButton label={t('close')} onClick={onClose} className="ml-auto">
        <X size={15} aria-hidden />
      </IconButton>
    </search>
  )
}
