import { useSyncExternalStore } from 'react'
import { keepInBrowser, readFromBrowser } from './browser-cookie.ts'

/** Notifications of the browser, for who looks elsewhere. A browser shows none until a person of it has asked for them, here and to the browser. */

const cookie = 'notify'
const listeners = new Set<() => void>()
const tell = () => listeners.forEach((listener) => listener())

/** `unsupported`: this browser has none, or not for a site without TLS. `denied`: its person has forbidden them, and only they can change that. */
export type Notifying = 'on' | 'off' | 'denied' | 'unsupported'

function read(): Notifying {
  if (typeof Notification === 'undefined' || !window.isSecureContext) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  return Notification.permission === 'granted' && readFromBrowser(cookie) === 'on' ? 'on' : 'off'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether this browser is to show notifications; null on the server. */
export const useNotifying = () => useSyncExternalStore(subscribe, read, () => null)

/** Asks the browser, which asks its person, or stops them. For the handler of a press: browsers ask at no other time. */
export async function setNotifying(on: boolean): Promise<void> {
  if (on && (await Notification.requestPermission()) !== 'granted') return tell()
  keepInBrowser(cookie, on ? 'on' : null)
  tell()
}

export type Notice = { title: string; text?: string | undefined; /** Where a press leads. */ href: string; /** One that is there already is replaced. */ tag: string }

/** Shows a notification, if they are wanted and nobody looks at the page. */
export function notify({ title, text, href, tag }: Notice): void {
  if (read() !== 'on' || (document.visibilityState === 'visible' && document.hasFocus())) return
  try {
    new Notification(title, { tag, ...(text === undefined ? {} : { body: text }) }).addEventListener('click', () => {
      window.focus()
      window.location.assign(href)
    })
  } catch {
    // Chrome on Android has the permission, and notifications from service workers alone: there the page's own words must do.
  }
}
