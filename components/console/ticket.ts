import type { CaptureSetting } from '#lib/domain/console.ts'
import { door } from '#lib/api/doors.ts'
import { ask, tell } from '#lib/api/fetcher.ts'
import { paths } from '#lib/api/paths.ts'

/** A ticket for one WebSocket: it lives 30 s and works once. Throws ApiError. */
export const askTicket = (node: string) => ask(door('consoleOpened'), paths.console(node), { method: 'POST', body: { mode: 'drive' } })

/** How the console is captured from now on. Throws ApiError. */
export const saveCapture = (node: string, capture: CaptureSetting) => tell(paths.console(node), { method: 'PATCH', body: { capture } })

/** Opens the WebSocket at a path of this site; the ticket goes as its subprotocol. */
export const openSocket = (path: string, protocol: string) => new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')), protocol)
