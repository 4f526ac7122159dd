'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react'
import { pages } from './pages.ts'
import { onOverlay, readOverlay, showOverlay } from './palette-store.ts'

const Palette = lazy(() => import('./palette.tsx'))
const KeyList = lazy(() => import('./key-list.tsx'))

const sequenceMs = 1_200

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

const isOverDialog = () => document.querySelector('[role=dialog], [role=menu], [role=listbox]') !== null

/** The keys that work on every page. Returns true when the key was one of them. */
function pressed(event: KeyboardEvent, sinceG: number, go: (href: string) => void): boolean {
  if (sinceG < sequenceMs) {
    const page = pages.find((one) => one.goKey === event.key)
    if (page === undefined) return false
    go(page.href)
    return true
  }
  if (event.key === '?') {
    showOverlay('keys')
    return true
  }
  if (event.key !== '/') return false
  const filter = document.querySelector<HTMLInputElement>('[data-filter]')
  filter?.focus()
  filter?.select()
  return filter !== null
}

/** The palette, the list of keys, and the keys that open them; each is loaded when it is first wanted. */
export function Overlays() {
  const router = useRouter()
  const overlay = useSyncExternalStore(onOverlay, readOverlay, () => null)
  useEffect(() => {
    let gAt = -Infinity
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      if ((event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        showOverlay(readOverlay() === 'palette' ? null : 'palette')
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || isOverDialog()) return
      const sinceG = event.timeStamp - gAt
      gAt = event.key === 'g' ? event.timeStamp : -Infinity
      if (pressed(event, sinceG, (href) => router.push(href))) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [router])
  if (overlay === null) return null
  return <Suspense fallback={null}>{overlay === 'palette' ? <Palette /> : <KeyList />}</Suspense>
}
