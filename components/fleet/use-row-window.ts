'use client'

import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { flushSync } from 'react-dom'
import { toScrollTop, toWindow, type RowWindow } from './window.ts'

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
  const latest = useRef({ count, size })
  latest.current = { count, size }
  const layout = useCallback(() => ({ ...latest.current, above: body.current?.offsetTop ?? 0 }), [body])

  useLayoutEffect(() => {
    const box = scroller.current
    if (box === null) return
    const next = () => toWindow(layout(), box.scrollTop, box.clientHeight)
    const update = (before: RowWindow) => {
      const now = next()
      return now.start === before.start && now.end === before.end ? before : now
    }
    // At once, in the frame of the scroll: a moment later would show a gap.
    const onScroll = () => flushSync(() => setShown(update))
    setShown(update)
    box.addEventListener('scroll', onScroll, { passive: true })
    const resized = new ResizeObserver(() => setShown(update))
    resized.observe(box)
    return () => {
      box.removeEventListener('scroll', onScroll)
      resized.disconnect()
    }
  }, [scroller, layout, count, size])

  const { top, bottom } = covered
  const scrollTo = useCallback(
    (index: number) => {
      const box = scroller.current
      if (box !== null) box.scrollTop = toScrollTop(layout(), index, box.scrollTop, box.clientHeight, { top, bottom })
    },
    [scroller, layout, top, bottom],
  )
  return { start: Math.min(shown.start, count), end: Math.min(shown.end, count), scrollTo }
}
