import { useSyncExternalStore } from 'react'

/** Notifications of the browser, for who looks elsewhere. A browser shows none until a person of it has asked for them, here and to the browser. */

const storageKey = 'notify'
const listeners = new Set<() => void>()
const tell = () => listeners.forEach((listener) => listener())

/** `unsupported`: this browser has none, or not for a site without TLS. `denied`: its person has forbidden them, and only they can change that. */
export type Notifying = 'on' | 'off' | 'denied' | 'unsupported'

function read(): Notifying {
  if (typeof Notification === 'undefined' || !window.isSecureContext) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  try {
    return Notification.permission === 'granted' && localStorage.getItem(storageKey) === 'on' ? 'on' : 'off'
  } catch {
    return 'unsupported'
  }
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
  localStorage.setItem(storageKey, on ? 'on' : 'off')
  tell()
}

export type Notice = { title: string; text?: string | undefined; /** Where a press leads. */ href: string; /** One that is there already is replaced. */ tag: string }

/** Shows a notification, if they are wanted and nobody looks at the page. */
export function notify({ title, text, href, tag }: Notice): void {
  if (read() !== 'on' || (document.visibilityState === 'visible' && document.hasFocus())) return
  const shown = new Notification(title, { tag, ...(text === undefined ? {} : { body: text }) })
  shown.addEventListener('click', () => {
    window.focus()
    window.location.assign(href)
  })
}
