'use client'

import { createContext, use, useSyncExternalStore, type ReactNode } from 'react'

const tickMs = 1_000
const listeners = new Set<() => void>()
let offsetMs = 0
let nowMs = 0
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  nowMs = Date.now() + offsetMs
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    nowMs = Date.now() + offsetMs
    timer = setInterval(tick, tickMs)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Sets how far the server's clock is ahead of ours, in ms: ages are told by the clock that stamped them. */
export function setClockOffset(ms: number): void {
  offsetMs = ms
}

/** The server's time now, in ms since 1970. For event handlers; a component that shows it uses `useNow`. */
export const serverNow = () => Date.now() + offsetMs

const FirstNow = createContext(0)

/** Gives the time at which the server rendered, so that the first ages on the page are the same on both sides. */
export function ClockProvider({ nowMs: first, children }: { nowMs: number; children: ReactNode }) {
  return <FirstNow value={first}>{children}</FirstNow>
}

const never = () => () => undefined

/** The server's time in ms since 1970, anew every second; not anew where nothing that is shown hangs on it. One timer serves the whole page. */
export function useNow(isTicking = true): number {
  const first = use(FirstNow)
  return useSyncExternalStore(
    isTicking ? subscribe : never,
    () => (nowMs === 0 ? first : nowMs),
    () => first,
  )
}
