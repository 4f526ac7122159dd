import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'

/** Test support: receivers on loopback that keep what they get. */

export type Certificate = { key: string; cert: string }
export type Received = { path: string; headers: IncomingHttpHeaders; body: string }
export type HttpReceiver = { url: string; received: Received[]; connections: () => number; close: () => Promise<void> }

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function closer(server: Server): { sockets: Set<Socket>; close: () => Promise<void> } {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return { sockets, close }
}

/** A webhook's receiver. `answer` is called with what came; without TLS when there is no certificate. */
export async function startHttpReceiver(answer: (received: Received, response: Parameters<RequestListener>[1]) => void, certificate?: Certificate): Promise<HttpReceiver> {
  const received: Received[] = []
  let connections = 0
  const onRequest: RequestListener = async (request, response) => {
    let body = ''
    for await (const piece of request) body += String(piece)
    const one = { path: request.url ?? '', headers: request.headers, body }
    received.push(one)
    answer(one, response)
  }
  const server = certificate === undefined ? createServer(onRequest) : createHttpsServer(certificate, onRequest)
  server.on('connection', () => (connections += 1))
  const { close } = closer(server)
  return { url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${await listen(server)}`, received, connections: () => connections, close }
}

export type Mail = { from: string; to: string[]; user: string | null; isSecure: boolean; text: string }
export type SmtpOptions = { certificate?: Certificate; tls: 'implicit' | 'starttls' | 'none'; password?: string; refuse?: (recipient: string) => string | null }
export type SmtpReceiver = { port: number; mails: Mail[]; said: string[]; close: () => Promise<void> }

/** As much of an SMTP server (RFC 5321, 3207, 4954) as takes a mail, by AUTH PLAIN where it has a password. */
export async function startSmtpReceiver({ certificate, tls, password, refuse = () => null }: SmtpOptions): Promise<SmtpReceiver> {
  const mails: Mail[] = []
  const said: string[] = []
  const serve = (socket: Socket) => converse(socket, { isSecure: tls === 'implicit' })

  function converse(socket: Socket, state: { isSecure: boolean }, greets = true): void {
    let mail: Mail = { from: '', to: [], user: null, isSecure: state.isSecure, text: '' }
    let isData = false
    const say = (line: string) => socket.write(`${line}\r\n`)
    const lines = createInterface({ input: socket, crlfDelay: Infinity })
    socket.on('error', () => {})
    if (greets) say('220 test.example.org ESMTP')
    lines.on('line', (line) => {
      if (isData) {
        if (line !== '.') return void (mail.text += `${line.startsWith('..') ? line.slice(1) : line}\n`)
        isData = false
        mails.push(mail)
        return void say('250 2.0.0 queued')
      }
      said.push(line)
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'EHLO') {
        const extensions = [...(tls === 'starttls' && !state.isSecure ? ['STARTTLS'] : []), ...(password !== undefined ? ['AUTH PLAIN'] : [])]
        return void ['test.example.org', ...extensions].forEach((name, at, all) => say(`250${at === all.length - 1 ? ' ' : '-'}${name}`))
      }
      if (verb === 'STAR' && tls !== 'starttls') return void say('502 5.5.1 what?')
      if (verb === 'STAR') {
        say('220 2.0.0 ready')
        lines.close()
        socket.removeAllListeners('data')
        return converse(new TLSSocket(socket, { isServer: true, ...certificate! }), { isSecure: true }, false)
      }
      if (verb === 'AUTH') {
        const [, user = '', given] = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString().split('\0')
        mail.user = user
        return void say(given === password ? '235 2.7.0 ok' : `535 5.7.8 wrong: ${given}`)
      }
      if (verb === 'MAIL') mail = { ...mail, from: /<(.*)>/.exec(line)![1]!, isSecure: state.isSecure }
      if (verb === 'RCPT') {
        const recipient = /<(.*)>/.exec(line)![1]!
        const no = refuse(recipient)
        if (no !== null) return void say(no)
        mail.to.push(recipient)
      }
      if (verb === 'DATA') isData = true
      if (verb === 'QUIT') return void socket.end('221 2.0.0 bye\r\n')
      say(verb === 'DATA' ? '354 go on' : '250 2.0.0 ok')
    })
  }

  const server = tls === 'implicit' ? createTlsServer(certificate!, serve) : createTcpServer(serve)
  const { close } = closer(server)
  return { port: await listen(server), mails, said, close }
}
