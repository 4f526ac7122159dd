import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Checkpoint } from '#lib/domain/checkpoint.ts'
import { until } from '../../tests/conductor-rig.ts'
import { createOutlet, syslogSender, webhookSender, type Outlet, type Sender } from './outlet.ts'

const one = (number: number): Checkpoint => ({
  version: 1,
  number,
  instance: 'i',
  seq: number * 10,
  hash: 'a'.repeat(64),
  at: '2026-11-29T10:00:00.000Z',
  previous: '0'.repeat(64),
  key: 'k',
  signature: 's',
})

let outlet: Outlet | undefined
const ends: (() => unknown)[] = []
afterEach(async () => {
  await outlet?.close()
  for (const end of ends.splice(0)) end()
})

const open = (sender: Sender, complaints: string[] = []) => (outlet = createOutlet(sender, (text) => complaints.push(text), 200))

/** RFC 5424 §6: PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA SP MSG. */
const message = /^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [\x21-\x7e]+ baseboard \d+ audit-checkpoint - (\{.*\})$/

describe('a checkpoint leaves this machine', () => {
  it('as a datagram of syslog', async () => {
    const receiver = createSocket('udp4')
    ends.push(() => receiver.close())
    receiver.bind(0, '127.0.0.1')
    await once(receiver, 'listening')
    open(syslogSender(new URL(`udp://127.0.0.1:${receiver.address().port}`))).offer(one(1))
    const [bytes] = (await once(receiver, 'message')) as [Buffer]
    expect(JSON.parse(message.exec(bytes.toString())![1]!)).toEqual(one(1))
    await until(() => outlet!.state().number === 1, 5_000, 'the state')
  })

  it('as a message of syslog over TCP, framed by its length', async () => {
    const got: string[] = []
    const receiver = createServer((socket) => {
      socket.on('data', (bytes) => got.push(bytes.toString()))
    })
    ends.push(() => receiver.close())
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const sending = open(syslogSender(new URL(`tcp://127.0.0.1:${(receiver.address() as AddressInfo).port}`)))
    sending.offer(one(1))
    sending.offer(one(2))
    await until(() => sending.state().number === 2, 5_000, 'the second one')
    for (const [at, text] of got.entries()) {
      const [, length, framed] = /^(\d+) (.*)$/s.exec(text)!
      expect(framed).toHaveLength(Number(length))
      expect(JSON.parse(message.exec(framed!)![1]!)).toEqual(one(at + 1))
    }
    expect(got).toHaveLength(2)
  })

  it('as a POST with the secret, in order, and again after a refusal', async () => {
    const got: { number: number; authorization: string | undefined; path: string | undefined }[] = []
    const answers = [200, 503, 204]
    const receiver = createHttpServer((request, response) => {
      let body = ''
      request.on('data', (bytes: Buffer) => (body += bytes.toString()))
      request.on('end', () => {
        const { authorization } = request.headers
        got.push({ number: (JSON.parse(body) as Checkpoint).number, authorization, path: request.url })
        response.writeHead(answers[got.length - 1] ?? 204).end()
      })
    })
    ends.push(() => receiver.close())
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address() as AddressInfo
    const complaints: string[] = []
    const sending = open(webhookSender(new URL(`http://127.0.0.1:${port}/secret/path`), 'canary'), complaints)
    sending.offer(one(1))
    sending.offer(one(2))
    expect(await until(() => (sending.state().failure === null ? null : sending.state()), 5_000, 'the refusal')).toEqual({
      way: 'webhook',
      where: `http://127.0.0.1:${port}`,
      number: 1,
      at: expect.any(String),
      failure: 'answered 503',
    })
    expect(complaints).toEqual([`the checkpoints of the audit do not reach http://127.0.0.1:${port}: answered 503`])
    await until(() => sending.state().number === 2, 15_000, 'the second try')
    expect(got).toEqual([1, 2, 2].map((number) => ({ number, authorization: 'Bearer canary', path: '/secret/path' })))
    expect(sending.state().failure).toBeNull()
  })

  it('or does not, with a reason', async () => {
    const complaints: string[] = []
    const sending = open(syslogSender(new URL('tcp://127.0.0.1:1')), complaints)
    sending.offer(one(1))
    expect(await until(() => sending.state().failure, 5_000, 'the failure')).toMatch(/ECONNREFUSED/)
    expect(complaints).toHaveLength(1)
  })
})
