'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react'
import { useRowWindow } from '../ui/use-row-window.ts'
import { toHref } from './address.ts'
import { JsonRow } from './json-row.tsx'
import { canOpen } from './json-view.ts'
import { useGo } from './local-link.tsx'
import type { DocumentView } from './use-document.ts'

const rowHeight = 24
const covered = { top: rowHeight, bottom: rowHeight }

type Props = { view: DocumentView; address: string; /** How far each document was scrolled when it was left. */ tops: RefObject<Map<string, number>> }

/** A document as a tree of which only the lines in sight exist: ten thousand members scroll as ten do. Arrow keys as in any tree. */
export function JsonTree({ view, address, tops }: Props) {
  const t = useTranslations('redfish')
  const go = useGo()
  const { nodes, shown, closed, active } = view
  const scroller = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const { start, end, scrollTo } = useRowWindow({ count: shown.length, size: rowHeight, scroller, body, covered })
  const place = shown.indexOf(active)

  useLayoutEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = tops.current.get(address) ?? 0
  }, [tops, address])
  const isFirst = useRef(true)
  useEffect(() => {
    // The beginning is where a page begins; a later move, or a place that the address names, is followed.
    if (!isFirst.current || (place > 0 && !tops.current.has(address))) scrollTo(place)
    isFirst.current = false
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- follows the active line and nothing else
  }, [active])

  const move = (to: number) => {
    const index = shown[Math.min(shown.length - 1, Math.max(0, to))]
    if (index !== undefined) view.setActive(index)
  }
  const press = (event: KeyboardEvent) => {
    if (event.altKey || place < 0) return
    const node = nodes[active]!
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const isOpen = canOpen(nodes, active) && !closed.has(active)
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(place + 1),
      ArrowUp: () => move(place - 1),
      PageDown: () => move(place + pageRows),
      PageUp: () => move(place - pageRows),
      Home: () => move(0),
      End: () => move(shown.length - 1),
      ArrowRight: () => (isOpen ? move(place + 1) : view.toggle(active, true)),
      ArrowLeft: () => (isOpen ? view.toggle(active, false) : node.parent >= 0 && view.setActive(node.parent)),
      ' ': () => view.toggle(active),
      Enter: () => {
        if (node.kind !== 'link') view.toggle(active)
        else if (event.ctrlKey || event.metaKey) window.open(toHref(window.location.pathname, node.text), '_blank', 'noopener')
        else go(node.text)
      },
    }
    const act = keys[event.key]
    if (act === undefined || ((event.ctrlKey || event.metaKey) && event.key !== 'Enter')) return
    event.preventDefault()
    act()
  }

  return (
    <div
      ref={scroller}
      onScroll={(event) => tops.current.set(address, event.currentTarget.scrollTop)}
      className="relative min-h-96 flex-1 overflow-auto py-2"
    >
      <div
        ref={body}
        role="tree"
        tabIndex={0}
        aria-label={t('document')}
        aria-activedescendant={place < 0 ? undefined : `line-${active}`}
        onKeyDown={press}
        className="group relative min-w-max outline-none"
        style={{ height: shown.length * rowHeight }}
      >
        {shown.slice(start, end).map((index, offset) => (
          <JsonRow key={index} view={view} index={index} top={(start + offset) * rowHeight} height={rowHeight} />
        ))}
      </div>
    </div>
  )
}
