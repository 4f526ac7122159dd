'use client'

import { useEffect, useState } from 'react'

type KeyboardLock = { keyboard?: { lock?: () => Promise<void>; unlock?: () => void } }

/**
 * The console over the whole page, and the page over the whole screen where the browser lets it. In full screen Chromium gives a page
 * over https also Ctrl-W, Ctrl-T, Ctrl-N and Escape (Keyboard Lock); holding Escape leaves.
 */
export function useFullScreen(): [boolean, (on: boolean) => void] {
  const [isFull, setIsFull] = useState(false)
  useEffect(() => {
    const onChange = () => {
      if (document.fullscreenElement === null) setIsFull(false)
    }
    document.addEventListener('fullscreenchange', onChange)
    return () => {
      document.removeEventListener('fullscreenchange', onChange)
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined)
    }
  }, [])
  const set = (on: boolean) => {
    setIsFull(on)
    const { keyboard } = navigator as Navigator & KeyboardLock
    if (!on) {
      keyboard?.unlock?.()
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined)
      return
    }
    // Refused in a frame or on a phone: then the console fills the page, which is most of what was wanted.
    void document.documentElement
      .requestFullscreen?.()
      .then(() => keyboard?.lock?.())
      .catch(() => undefined)
  }
  return [isFull, set]
}
