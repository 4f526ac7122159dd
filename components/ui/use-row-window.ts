'use client'

import { useLayoutEffect, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { toScrollTop, toWindow, type RowWindow } from './row-window.ts'

/** What a server renders before anybody has scrolled. */
const first: RowWindow = { start: 0, end: 36 }

type RowWindowProps = {
  count: number
  size: number
  /** What scrolls. */
  scroller: RefObject<HTMLElement | null>
  /** What holds the rows; other things may stand above it. */
  body: RefObject<HTMLElement | null>
  /** How much of the scroller is covered by what sticks to its edges, in px. */
  covered: { top: number; bottom: number }
}

/**
 * Which rows exist now, and how to bring one into sight. All rows have one height, so that this is arithmetic;
 * a library for lists of unequal rows would be a twentieth of the page's script.
 */
export function useRowWindow({ count, size, scroller, body, covered }: RowWindowProps) {
  const [shown, setShown] = useState(first)

  useLayoutEffect(() => {
    const box = scroller.current
    if (box === null) return
    const update = (before: RowWindow) => {
      const now = toWindow({ count, size, above: body.current?.offsetTop ?? 0 }, box.scrollTop, box.clientHeight)
      return now.start === before.start && now.end === before.end ? before : now
    }
    // At once, in the frame of the scroll: a moment later would show a gap.
    const onScroll = () => flushSync(() => setShown(update))
    box.addEventListener('scroll', onScroll, { passive: true })
    // An observer reports once when it begins, before the frame is painted: that is the first measurement.
    const resized = new ResizeObserver(() => setShown(update))
    resized.observe(box)
    return () => {
      box.removeEventListener('scroll', onScroll)
      resized.disconnect()
    }
  }, [scroller, body, count, size])

  const scrollTo = (index: number) => {
    const box = scroller.current
    if (box === null) return
    box.scrollTo({ top: toScrollTop({ count, size, above: body.current?.offsetTop ?? 0 }, index, box.scrollTop, box.clientHeight, covered) })
  }
  return { start: Math.min(shown.start, count), end: Math.min(shown.end, count), scrollTo }
}
