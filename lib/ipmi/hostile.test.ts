import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cipherSuites, decryptPayload, deriveSessionKeys, encryptPayload } from './cipher-suites.ts'
import * as app from './commands/app.ts'
import * as chassis from './commands/chassis.ts'
import * as dcmi from './commands/dcmi.ts'
import * as sensor from './commands/sensor.ts'
import * as session from './commands/session.ts'
import * as storage from './commands/storage.ts'
import * as transport from './commands/transport.ts'
import { IpmiError } from './errors.ts'
import { decodeFru } from './fru/decode.ts'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './message.ts'
import * as rakp from './rakp.ts'
import { decodeAsf, encodeAsf } from './rmcp.ts'
import { decodeSdr, splitSdrs } from './sdr/record.ts'
import { decodePacket, encodeLegacyPacket, encodePlainPacket, openPacket, sealPacket } from './session-packet.ts'
import { recordedServers, recordingsFolder, serversFolder } from './testing/recordings.ts'

// Checklist 5: whatever bytes a BMC sends, the parsers throw nothing but IpmiError, and end.

type Subject = { readonly name: string; readonly decode: (bytes: Buffer) => unknown; readonly samples: readonly Buffer[] }

const keys = deriveSessionKeys(cipherSuites[3], Buffer.alloc(20, 0x5a))
const message = encodeResponse({ netFn: 7, cmd: 1, rqSeq: 5, completionCode: 0, data: Buffer.alloc(15, 3) })
const datagrams = [
  sealPacket({ payloadType: 0, sessionId: 1, sequence: 1, payload: message }, keys),
  encodePlainPacket({ payloadType: 0x11, sessionId: 0, sequence: 0, payload: Buffer.alloc(36) }),
  encodeLegacyPacket(message),
]
const refusal = { tag: 1, consoleSessionId: 2, status: 0 }
const code = Buffer.alloc(20)
const suite = cipherSuites[3]

const isCommand = (value: unknown): value is { name: string; decode: (data: Buffer) => unknown } =>
  typeof value === 'object' && value !== null && 'decode' in value && 'cmd' in value
const commands = [app, chassis, dcmi, sensor, session, storage, transport].flatMap((module) => Object.values(module).filter(isCommand))

const subjects: readonly Subject[] = [
  { name: 'ASF', decode: decodeAsf, samples: [encodeAsf({ type: 'pong', tag: 1, oemEnterprise: 4542, supportsIpmi: true })] },
  { name: 'packet', decode: (bytes) => openPacket(decodePacket(bytes), keys), samples: datagrams },
  { name: 'packet outside a session', decode: (bytes) => decodePacket(bytes), samples: datagrams },
  { name: 'encrypted payload', decode: (bytes) => decryptPayload(keys, bytes), samples: [encryptPayload(keys, message)] },
  { name: 'request', decode: decodeRequest, samples: [encodeRequest({ netFn: 6, cmd: 1, rqSeq: 5, data: Buffer.alloc(5) })] },
  { name: 'response', decode: (bytes) => decodeResponse(bytes, 'ignore'), samples: [message] },
  {
    name: 'Open Session Request',
    decode: rakp.decodeOpenSessionRequest,
    samples: [rakp.encodeOpenSessionRequest({ ...suite, tag: 1, privilege: 0, consoleSessionId: 1 })],
  },
  {
    name: 'Open Session Response',
    decode: rakp.decodeOpenSessionResponse,
    samples: [rakp.encodeOpenSessionResponse({ ...suite, ...refusal, privilege: 4, managedSystemSessionId: 3 })],
  },
  {
    name: 'RAKP 1',
    decode: rakp.decodeRakp1,
    samples: [rakp.encodeRakp1({ tag: 1, managedSystemSessionId: 1, consoleRandom: Buffer.alloc(16), role: 0x14, username: Buffer.from('root') })],
  },
  {
    name: 'RAKP 2',
    decode: rakp.decodeRakp2,
    samples: [rakp.encodeRakp2({ ...refusal, managedSystemRandom: Buffer.alloc(16), guid: Buffer.alloc(16), code })],
  },
  { name: 'RAKP 3', decode: rakp.decodeRakp3, samples: [rakp.encodeRakp3({ tag: 1, status: 0, managedSystemSessionId: 1, code })] },
  { name: 'RAKP 4', decode: rakp.decodeRakp4, samples: [rakp.encodeRakp4({ ...refusal, code })] },
  { name: 'cipher suite list', decode: session.readCipherSuiteIds, samples: [Buffer.from('c003014181c1570100000344 81c0'.replaceAll(' ', ''), 'hex')] },
  ...commands.map(({ name, decode }) => ({ name, decode, samples: [Buffer.alloc(24, 0x55), Buffer.alloc(24, 0xdc)] })),
  { name: 'SDR', decode: decodeSdr, samples: recordedServers().flatMap((server) => splitSdrs(readFileSync(join(serversFolder, server, 'sdr.bin'))).slice(0, 60)) },
  { name: 'FRU', decode: decodeFru, samples: fruImages() },
]

function fruImages(): readonly Buffer[] {
  const folder = join(recordingsFolder, 'ipmi/fru')
  if (!existsSync(folder)) return [Buffer.alloc(64)]
  return readdirSync(folder)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => readFileSync(join(folder, name)).subarray(0, 512))
}

function survives(subject: Subject, bytes: Buffer, what: string): void {
  try {
    subject.decode(bytes)
  } catch (error) {
    if (!(error instanceof IpmiError)) throw new Error(`${subject.name}, ${what}, ${bytes.toString('hex')}`, { cause: error })
  }
}

/** mulberry32: a seeded generator, so that a failure can be repeated. */
function randomsFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

describe('hostile bytes', () => {
  test.each(subjects)('$name, cut at every offset', (subject) => {
    expect(subject.samples.length).toBeGreaterThanOrEqual(subject.name === 'SDR' && recordedServers().length === 0 ? 0 : 1)
    for (const sample of subject.samples) {
      for (let length = 0; length <= sample.length; length++) survives(subject, Buffer.from(sample.subarray(0, length)), `cut at ${length}`)
    }
  })

  test.each(subjects)('$name, with bytes changed', (subject) => {
    const random = randomsFrom(0xb0a4d)
    for (const sample of subject.samples) {
      for (let round = 0; round < Math.ceil(3_000 / subject.samples.length); round++) {
        const bytes = Buffer.from(sample)
        for (let change = random(6); change >= 0; change--) bytes[random(Math.max(1, bytes.length))] = random(256)
        survives(subject, bytes, `round ${round}`)
      }
    }
  })

  test.each(subjects)('$name, of random bytes', (subject) => {
    const random = randomsFrom(0x5eed)
    for (let round = 0; round < 2_000; round++) {
      survives(subject, Buffer.from(Array.from({ length: random(80) }, () => random(256))), `round ${round}`)
    }
  })
})
