'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'

const typingMs = 150

/**
 * The view that the address tells, and how to change it. What is being typed shows at once and reaches the address
 * when the fingers rest, so that a browser that limits `replaceState` is not vexed.
 * `toView` and `toQuery` must be the same functions at each call.
 */
export function useAddressView<View extends { text: string }>(toView: (search: URLSearchParams) => View, toQuery: (view: View) => string) {
  const search = useSearchParams()
  const view = useMemo(() => toView(new URLSearchParams(search)), [search, toView])
  const [typed, setTyped] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const forget = () => setTyped(null)
    window.addEventListener('popstate', forget)
    return () => {
      window.removeEventListener('popstate', forget)
      clearTimeout(timer.current)
    }
  }, [])

  const write = (next: View) => window.history.replaceState(null, '', `${window.location.pathname}${toQuery(next)}`)
  const show = (next: View) => {
    clearTimeout(timer.current)
    setTyped(next.text)
    write(next)
  }
  const type = (text: string) => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => write({ ...view, text }), typingMs)
  }
  const current = useMemo(() => (typed === null ? view : { ...view, text: typed }), [view, typed])
  return { view: current, show, type }
}
