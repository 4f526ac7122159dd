'use client'

import { ChevronDown, ChevronUp, ListCollapse, ListTree } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { IconButton } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { cx } from '../ui/class-names.ts'
import { boxStyle } from '../ui/text-field.tsx'
import type { DocumentView } from './use-document.ts'

/** Looks for text in the document, opens and closes it, and takes it along. Ctrl-F comes here: the browser's own finds only what is in sight. */
export function FindBar({ view, body }: { view: DocumentView; body: unknown }) {
  const t = useTranslations('redfish')
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'f' || document.querySelector('[role=dialog]') !== null) return
      event.preventDefault()
      box.current?.select()
      box.current?.focus()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') view.step(!event.shiftKey)
    else if (event.key === 'Escape') view.find('')
    else return
    event.preventDefault()
  }
  const { matches, text, active } = view
  const place = matches.indexOf(active) + 1
  const said = text === '' ? '' : matches.length === 0 ? t('find.none') : place === 0 ? t('find.count', { count: matches.length }) : t('find.place', { place, count: matches.length })
  return (
    <search className="flex shrink-0 flex-wrap items-center gap-1.5 border-b px-5 py-1.5">
      <input
        ref={box}
        aria-label={t('find.label')}
        placeholder={t('find.label')}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => view.find(event.target.value)}
        onKeyDown={onKeyDown}
        className={cx(boxStyle, 'max-w-72 flex-1 font-mono placeholder:font-sans')}
      />
      <IconButton label={t('find.previous')} onClick={() => view.step(false)}>
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton label={t('find.next')} onClick={() => view.step(true)}>
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <output className="text-label text-muted">{said}</output>
      <span className="ml-auto flex items-center gap-1">
        <IconButton label={t('openAll')} onClick={view.openAll}>
          <ListTree size={15} aria-hidden />
        </IconButton>
        <IconButton label={t('closeAll')} onClick={view.closeAll}>
          <ListCollapse size={15} aria-hidden />
        </IconButton>
        <Copy text={() => JSON.stringify(body, null, 2)} label={t('copyDocument')} />
      </span>
    </search>
  )
}
