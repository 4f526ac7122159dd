import { createSocket } from 'node:dgram'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'

/** Something that answers on a port and is not a BMC. */
export type StrangePeer = { port: number; close: () => Promise<void> }

/** A web server over TLS: a page at every path, so also where Redfish would be. */
export async function startWebServer(): Promise<StrangePeer> {
  const { private: key, cert } = generate([{ name: 'commonName', value: 'printer' }], { keySize: 2048, algorithm: 'sha256', days: 2 })
  const server = createHttps({ key, cert }, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Printer</title><h1>Out of paper</h1>')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** Answers every datagram with words that are no RMCP (IPMI 2.0 §13.1.3: version 06h, class 07h). */
export async function startChatterbox(): Promise<StrangePeer> {
  const socket = createSocket('udp4')
  socket.on('message', (_, from) => socket.send('hello, who is there?', from.port, from.address))
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  return { port: socket.address().port, close: () => new Promise((done) => socket.close(() => done())) }
}
