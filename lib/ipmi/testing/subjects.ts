import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cipherSuites, decryptPayload, deriveSessionKeys, encryptPayload } from '../cipher-suites.ts'
import * as app from '../commands/app.ts'
import * as boot from '../commands/boot.ts'
import * as channel from '../commands/channel.ts'
import * as chassis from '../commands/chassis.ts'
import * as dcmi from '../commands/dcmi.ts'
import * as pef from '../commands/pef.ts'
import * as sel from '../commands/sel.ts'
import * as sensor from '../commands/sensor.ts'
import * as session from '../commands/session.ts'
import * as sol from '../commands/sol.ts'
import * as storage from '../commands/storage.ts'
import * as transport from '../commands/transport.ts'
import * as users from '../commands/users.ts'
import * as watchdog from '../commands/watchdog.ts'
import { decodeFru } from '../fru/decode.ts'
import { checksum, decodeRequest, decodeResponse, encodeRequest, encodeResponse } from '../message.ts'
import * as rakp from '../rakp.ts'
import { decodeAsf, encodeAsf } from '../rmcp.ts'
import { decodeSdr, decodeSdrs, sdrHeaderLength, splitSdrs, type SdrRecord } from '../sdr/record.ts'
import { describeSelRecord } from '../sel/describe.ts'
import { decodeSelRecord } from '../sel/record.ts'
import { convertReading, convertTolerance } from '../sensor/convert.ts'
import { convertThresholds } from '../sensor/thresholds.ts'
import { unitName } from '../sensor/units.ts'
import { decodePacket, encodeLegacyPacket, encodePlainPacket, openPacket, sealPacket } from '../session-packet.ts'
import { decodeSolPacket, encodeSolPacket } from '../sol/packet.ts'
import { openCapture, sessionsFolder } from './capture.ts'
import { udpPayloads } from './pcap.ts'
import { recordedServers, recordingsFolder, serversFolder } from './recordings.ts'
import { fruVector, sdrVectors, selVectors } from './vectors.ts'

/** A decoder with what it decodes when nothing is wrong. */
export type Subject = {
  readonly name: string
  readonly decode: (bytes: Buffer) => unknown
  readonly samples: readonly Buffer[]
  /** Makes lengths and checksums of broken bytes right again, so that they get past the first look. */
  readonly repair?: (bytes: Buffer) => Buffer
}

const keys = deriveSessionKeys(cipherSuites[3], Buffer.alloc(20, 0x5a))
const message = encodeResponse({ netFn: 7, cmd: 1, rqSeq: 5, completionCode: 0, data: Buffer.alloc(15, 3) })
const refusal = { tag: 1, consoleSessionId: 2, status: 0 }
const code = Buffer.alloc(20)
const suite = cipherSuites[3]

type Decodable = { readonly name: string; readonly netFn: number; readonly cmd: number; readonly decode: (data: Buffer) => unknown }
const isCommand = (value: unknown): value is Decodable => typeof value === 'object' && value !== null && 'decode' in value && 'cmd' in value
const rooms = [app, boot, channel, chassis, dcmi, pef, sel, sensor, session, sol, storage, transport, users, watchdog]

/** All decoders of this room, with our own vectors and, where there are recordings, all of those. */
export function subjects(): readonly Subject[] {
  const captures = readCaptures()
  const datagrams = [
    sealPacket({ payloadType: 0, sessionId: 1, sequence: 1, payload: message }, keys),
    encodePlainPacket({ payloadType: 0x11, sessionId: 0, sequence: 0, payload: Buffer.alloc(36) }),
    encodeLegacyPacket(message),
    ...captures.datagrams,
  ]
  const sdrs = [...sdrVectors, ...recordedServers().flatMap((server) => splitSdrs(readFileSync(join(serversFolder, server, 'sdr.bin'))))]
  return [
    { name: 'ASF', decode: decodeAsf, samples: [encodeAsf({ type: 'pong', tag: 1, oemEnterprise: 4542, supportsIpmi: true })] },
    { name: 'packet', decode: (bytes) => openPacket(decodePacket(bytes), keys), samples: datagrams },
    { name: 'packet outside a session', decode: decodePacket, samples: datagrams },
    { name: 'signed packet', decode: (bytes) => decodeResponse(openPacket(decodePacket(bytes), keys), 'ignore'), samples: [message], repair: sealed },
    { name: 'encrypted payload', decode: (bytes) => decryptPayload(keys, bytes), samples: [encryptPayload(keys, message)] },
    { name: 'request', decode: decodeRequest, samples: [encodeRequest({ netFn: 6, cmd: 1, rqSeq: 5, data: Buffer.alloc(5) })], repair: withSums },
    { name: 'response', decode: (bytes) => decodeResponse(bytes), samples: [message, ...captures.messages], repair: withSums },
    ...setupSubjects(),
    { name: 'cipher suite list', decode: session.readCipherSuiteIds, samples: [Buffer.from('c003014181c157010000034481c0', 'hex')] },
    ...rooms.flatMap((room) => Object.values(room).filter(isCommand)).map((command) => commandSubject(command, captures.answers)),
    { name: 'serial over LAN', decode: decodeSolPacket, samples: [encodeSolPacket({ sequence: 1, ackSequence: 0, acceptedCount: 0, flags: 0, data: Buffer.from('login: ') })] },
    { name: 'SDR', decode: (bytes) => decodeSdr(bytes).map(useSensor), samples: sdrs, repair: withLength },
    { name: 'SDR repository', decode: (bytes) => decodeSdrs(splitSdrs(bytes)), samples: [Buffer.concat(sdrs.slice(0, 12))] },
    { name: 'SEL', decode: (bytes) => describeSelRecord(decodeSelRecord(bytes), knownSensors), samples: selVectors },
    { name: 'FRU', decode: decodeFru, samples: [fruVector(), ...fruImages()], repair: withFruSums },
  ]
}

function setupSubjects(): readonly Subject[] {
  const rakp1 = { tag: 1, managedSystemSessionId: 1, consoleRandom: Buffer.alloc(16), role: 0x14, username: Buffer.from('root') }
  const rakp2 = { ...refusal, managedSystemRandom: Buffer.alloc(16), guid: Buffer.alloc(16), code }
  return [
    { name: 'Open Session Request', decode: rakp.decodeOpenSessionRequest, samples: [rakp.encodeOpenSessionRequest({ ...suite, tag: 1, privilege: 0, consoleSessionId: 1 })] },
    {
      name: 'Open Session Response',
      decode: rakp.decodeOpenSessionResponse,
      samples: [rakp.encodeOpenSessionResponse({ ...suite, ...refusal, privilege: 4, managedSystemSessionId: 3 })],
    },
    { name: 'RAKP 1', decode: rakp.decodeRakp1, samples: [rakp.encodeRakp1(rakp1)] },
    { name: 'RAKP 2', decode: rakp.decodeRakp2, samples: [rakp.encodeRakp2(rakp2)] },
    { name: 'RAKP 3', decode: rakp.decodeRakp3, samples: [rakp.encodeRakp3({ tag: 1, status: 0, managedSystemSessionId: 1, code })] },
    { name: 'RAKP 4', decode: rakp.decodeRakp4, samples: [rakp.encodeRakp4({ ...refusal, code })] },
  ]
}

function commandSubject({ name, netFn, cmd, decode }: Decodable, answers: ReadonlyMap<string, readonly Buffer[]>): Subject {
  return { name, decode, samples: [Buffer.alloc(24, 0x55), Buffer.alloc(24, 0xdc), ...(answers.get(`${netFn} ${cmd}`) ?? [])] }
}

/** The datagrams of all captured conversations, and what was in those that can be opened, by command. */
function readCaptures() {
  const answers = new Map<string, Buffer[]>()
  const datagrams: Buffer[] = []
  const messages: Buffer[] = []
  const names = existsSync(sessionsFolder) ? readdirSync(sessionsFolder).filter((name) => name.endsWith('.pcap')) : []
  for (const name of names) {
    datagrams.push(...udpPayloads(readFileSync(join(sessionsFolder, name))).map(({ payload }) => Buffer.from(payload)))
    for (const { request, response } of tryToOpen(name.replace('.pcap', ''))) {
      const key = `${request.netFn} ${request.cmd}`
      answers.set(key, [...(answers.get(key) ?? []), Buffer.from(response.data)])
      messages.push(encodeResponse(response))
    }
  }
  return { datagrams, messages, answers }
}

/** A capture whose login was refused has nothing to open. */
function tryToOpen(name: string): ReturnType<typeof openCapture> {
  try {
    return openCapture(name)
  } catch {
    return []
  }
}

function fruImages(): readonly Buffer[] {
  const folder = join(recordingsFolder, 'ipmi/fru')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => readFileSync(join(folder, name)).subarray(0, 1_024))
}

/** What is done with a sensor's record once it is decoded. */
function useSensor(record: SdrRecord): unknown {
  if (record.kind !== 'full-sensor') return record
  const value = convertReading(0x7f, record.units.format, record.factors)
  return [unitName(record.units), value, convertTolerance(record.factors), convertThresholds(record, record.thresholds)]
}

const knownSensors = decodeSdrs(sdrVectors).records

const sealed = (payload: Buffer) => sealPacket({ payloadType: 0, sessionId: 1, sequence: 1, payload }, keys)

function withSums(bytes: Buffer): Buffer {
  if (bytes.length < 4) return bytes
  bytes[2] = checksum(bytes, 0, 2)
  bytes[bytes.length - 1] = checksum(bytes, 3, bytes.length - 1)
  return bytes
}

function withLength(bytes: Buffer): Buffer {
  if (bytes.length >= sdrHeaderLength) bytes[4] = (bytes.length - sdrHeaderLength) & 0xff
  return bytes
}

/** The header's checksum and those of the areas that it points at, as far as they lie inside. */
function withFruSums(bytes: Buffer): Buffer {
  if (bytes.length < 8) return bytes
  bytes[7] = checksum(bytes, 0, 7)
  for (const start of [bytes[2]! * 8, bytes[3]! * 8, bytes[4]! * 8]) {
    const end = start + (bytes[start + 1] ?? 0) * 8
    if (start >= 8 && end > start && end <= bytes.length) bytes[end - 1] = checksum(bytes, start, end - 1)
  }
  return bytes
}
