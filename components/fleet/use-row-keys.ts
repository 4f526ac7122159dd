'use client'

import { useEffect, useRef } from 'react'
import type { Node } from '#lib/domain/node.ts'

type RowKeys = {
  rows: readonly Node[]
  scrollTo: (index: number) => void
  onToggle: (id: string, range: boolean) => void
  onSelectAll: (on: boolean) => void
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !(target instanceof HTMLInputElement && target.type === 'checkbox')

const rowOf = (target: EventTarget | null) => (target instanceof Element ? target.closest<HTMLElement>('[data-node]')?.dataset['node'] : undefined)

/** Focuses a row's link once it exists; a row far away is made by the scrolling first. */
function focusRow(id: string, triesLeft = 10): void {
  const link = document.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"] [data-row-link]`)
  if (link) link.focus({ preventScroll: true })
  else if (triesLeft > 0) requestAnimationFrame(() => focusRow(id, triesLeft - 1))
}

/** `j` and `k` move the focus from row to row, `x` selects the row that has it (`X` all since the last), `*` all rows. Enter is the link's own. */
export function useRowKeys({ rows, scrollTo, onToggle, onSelectAll }: RowKeys): void {
  const last = useRef<string | null>(null)
  useEffect(() => {
    const remember = (event: FocusEvent) => {
      last.current = rowOf(event.target) ?? last.current
    }
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('[role=dialog],[role=menu]') !== null) return
      const here = rows.findIndex(({ id }) => id === (rowOf(event.target) ?? last.current))
      if (event.key === 'j' || event.key === 'k') {
        const next = here === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, here + (event.key === 'j' ? 1 : -1)))
        const row = rows[next]
        if (row === undefined) return
        event.preventDefault()
        scrollTo(next)
        last.current = row.id
        focusRow(row.id)
      } else if (event.key === 'x' || event.key === 'X') {
        const row = rows[here]
        if (row === undefined) return
        event.preventDefault()
        onToggle(row.id, event.shiftKey)
      } else if (event.key === '*' && rows.length > 0) {
        event.preventDefault()
        onSelectAll(true)
      }
    }
    document.addEventListener('keydown', press)
    document.addEventListener('focusin', remember)
    return () => {
      document.removeEventListener('keydown', press)
      document.removeEventListener('focusin', remember)
    }
  }, [rows, scrollTo, onToggle, onSelectAll])
}
