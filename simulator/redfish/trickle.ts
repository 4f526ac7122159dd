import type { ServerResponse } from 'node:http'

/** What comes so slowly: the headers, or the body after headers that came at once. */
export type Trickle = 'headers' | 'body'

const everyMs = 1_000

/** Answers with one byte a second and comes to no end: every deadline that starts anew with each byte waits for ever (Slowloris, from the other side). */
export function trickle(response: ServerResponse, what: Trickle): void {
  const { socket } = response
  if (what === 'body') response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
  const send = (byte: string) => (what === 'body' ? response.write(byte) : socket?.write(byte))
  const text = what === 'body' ? '{"Name":"' : 'HTTP/1.1 200 OK\r\nServer: '
  let sent = 0
  const next = () => send(text[sent++] ?? 'x')
  next()
  const timer = setInterval(next, everyMs).unref()
  response.on('close', () => clearInterval(timer))
}
