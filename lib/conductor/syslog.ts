import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { hostname } from 'node:os'

const answerMs = 5_000
/** Facility 13 (log audit), severity 5 (notice): RFC 5424 §6.2.1. */
const priority = 13 * 8 + 5

const printable = (text: string) => text.replace(/[^\x21-\x7e]/g, '') || '-'

/** A message of RFC 5424 §6. `text` is ASCII, so it needs no byte order mark (§6.4). */
export const toSyslogMessage = (text: string, at: Date, messageId: string) =>
  `<${priority}>1 ${at.toISOString()} ${printable(hostname()).slice(0, 255)} baseboard ${process.pid} ${messageId} - ${text}`

async function overUdp(host: string, port: number, message: Buffer): Promise<void> {
  const { address, family } = await lookup(host)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.send(message, port, address, (error) => (error === null ? resolve() : reject(error)))
    })
  } finally {
    socket.close()
  }
}

/** Resolves when the receiver has closed its side, or has had 5 s to do so after all was written. */
function overTcp(host: string, port: number, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: answerMs })
    socket.once('timeout', () => socket.destroy(socket.writableFinished ? undefined : new Error(`no answer in ${answerMs / 1000} s`)))
    socket.once('error', reject)
    socket.once('close', () => resolve())
    socket.resume()
    // Framed by its length: RFC 6587 §3.4.1.
    socket.end(Buffer.concat([Buffer.from(`${message.length} `), message]))
  })
}

/** Sends one message to `udp://host:port` or `tcp://host:port` (514 and 601 where none is given). UDP tells nobody whether it came. */
export async function sendSyslog(target: URL, text: string, messageId: string): Promise<void> {
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const message = Buffer.from(toSyslogMessage(text, new Date(), messageId))
  if (target.protocol === 'udp:') await overUdp(host, Number(target.port || 514), message)
  else await overTcp(host, Number(target.port || 601), message)
}
