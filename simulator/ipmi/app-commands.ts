import { cipherSuites } from '#lib/ipmi/cipher-suites.ts'
import { netFns } from '#lib/ipmi/command.ts'
import type { Identity } from '../makes.ts'
import { completion, ok, refuse, uint16, uint32, type ServedCommand } from './served-command.ts'

const { app } = netFns
const lanChannel = 1
const presentChannel = 0x0e
const isOurChannel = (byte: number) => (byte & 0x0f) === lanChannel || (byte & 0x0f) === presentChannel

/** The machine's UUID as IPMI writes it: least significant byte first (IPMI 2.0 §20.8). */
export function guidOf(identity: Identity): Buffer {
  return Buffer.from(Buffer.from(identity.uuid.replaceAll('-', ''), 'hex').toReversed())
}

/** A cipher suite record (IPMI 2.0 §22.15.1): start, id, three tagged algorithms. */
function toSuiteRecord(id: number): Buffer {
  const suite = Object.values(cipherSuites).find((one) => one.id === id)
  return suite === undefined ? Buffer.alloc(0) : Buffer.of(0xc0, id, suite.authentication, 0x40 | suite.integrity, 0x80 | suite.confidentiality)
}
const suiteChunkLength = 16

export const sessionCommands: readonly ServedCommand[] = [
  {
    name: 'Get Channel Authentication Capabilities',
    netFn: app,
    cmd: 0x38,
    privilege: null,
    leastLength: 2,
    answer(data, { hasKg }) {
      if (!isOurChannel(data[0]!)) return refuse(completion.invalidData)
      const extended = 0x80
      const namedUsers = 0x04
      const withKg = hasKg() ? 0x20 : 0
      const ipmi20 = 0x02
      // No IPMI 1.5 authentication type at all: RMCP+ or nothing.
      return ok(Buffer.of(lanChannel, extended, namedUsers | withKg, ipmi20, 0, 0, 0, 0))
    },
  },
  {
    name: 'Get Channel Cipher Suites',
    netFn: app,
    cmd: 0x54,
    privilege: null,
    leastLength: 3,
    answer(data, { cipherSuites: offered }) {
      if (!isOurChannel(data[0]!)) return refuse(completion.invalidData)
      const records = Buffer.concat(offered().map(toSuiteRecord))
      const start = (data[2]! & 0x3f) * suiteChunkLength
      return ok(Buffer.concat([Buffer.of(lanChannel), records.subarray(start, start + suiteChunkLength)]))
    },
  },
  { name: 'Get System GUID', netFn: app, cmd: 0x37, privilege: null, answer: (_data, { machine }) => ok(guidOf(machine.identity)) },
  {
    name: 'Set Session Privilege Level',
    netFn: app,
    cmd: 0x3b,
    privilege: 'user',
    leastLength: 1,
    answer(data, { session }) {
      const wanted = data[0]! & 0x0f
      if (!session || wanted === 1 || wanted > 4) return refuse(completion.invalidData)
      if (wanted > session.maximumPrivilege) return refuse(0x81)
      if (wanted !== 0) session.privilege = wanted
      return ok(Buffer.of(session.privilege))
    },
  },
  {
    name: 'Close Session',
    netFn: app,
    cmd: 0x3c,
    privilege: 'user',
    leastLength: 4,
    answer: (data, { sessions }) => (sessions.close(data.readUInt32LE(0)) ? ok() : refuse(0x87)),
  },
  {
    name: 'Get Session Info',
    netFn: app,
    cmd: 0x3d,
    privilege: 'user',
    leastLength: 1,
    answer: (_data, { session, sessions }) =>
      ok(Buffer.of(1, sessions.limit, sessions.active(), 2, session?.privilege ?? 0, lanChannel | 0x10)),
  },
]

export const coldReset = { netFn: app, cmd: 0x02 }

/** The watchdog that nobody has started (IPMI 2.0 §27.7): for the operating system, hard reset, 5 minutes. */
const restingWatchdog = Buffer.of(0x04, 0x01, 0, 0, 0xb8, 0x0b, 0xb8, 0x0b)

export const deviceCommands: readonly ServedCommand[] = [
  {
    name: 'Cold Reset',
    ...coldReset,
    privilege: 'administrator',
    answer(_data, { machine }) {
      machine.resetBmc('ipmi')
      return ok()
    },
  },
  {
    name: 'Warm Reset',
    netFn: app,
    cmd: 0x03,
    privilege: 'administrator',
    answer(_data, { machine }) {
      machine.resetBmc('ipmi')
      return ok()
    },
  },
  { name: 'Get Watchdog Timer', netFn: app, cmd: 0x25, privilege: 'user', answer: () => ok(restingWatchdog) },
  {
    name: 'Get System Info Parameters',
    netFn: app,
    cmd: 0x59,
    privilege: 'user',
    leastLength: 4,
    answer(data, { machine: { identity } }) {
      const parameter = systemInfo[data[1]!]
      return parameter ? ok(parameter(data[2]!, identity)) : refuse(parameterNotSupported)
    },
  },
  {
    name: 'Get Device ID',
    netFn: app,
    cmd: 0x01,
    privilege: 'user',
    answer(_data, { machine: { identity } }) {
      const [major, minor] = identity.firmware
      const bcd = (Math.floor(minor / 10) << 4) | (minor % 10)
      // Device id, revision, firmware, IPMI 2.0, what it is besides (as in its SDR), then maker, product and no auxiliary revision.
      const head = Buffer.of(0x20, 0x01, major & 0x7f, bcd, 0x02, 0x8f)
      return ok(Buffer.concat([head, uint24(identity.manufacturerId), uint16(identity.productId), uint32(0)]))
    },
  },
  { name: 'Get Self Test Results', netFn: app, cmd: 0x04, privilege: 'user', answer: () => ok(Buffer.of(0x55, 0x00)) },
  {
    name: 'Get ACPI Power State',
    netFn: app,
    cmd: 0x07,
    privilege: 'user',
    // S0/D0 when working, S5/D3 when off.
    answer: (_data, { machine }) => ok(machine.power() === 'off' ? Buffer.of(0x05, 0x03) : Buffer.of(0x00, 0x00)),
  },
  { name: 'Get Device GUID', netFn: app, cmd: 0x08, privilege: 'user', answer: (_data, { machine }) => ok(guidOf(machine.identity)) },
  { name: 'Get BMC Global Enables', netFn: app, cmd: 0x2f, privilege: 'user', answer: () => ok(Buffer.of(0x08)) },
]

export const channelCommands: readonly ServedCommand[] = [
  {
    name: 'Get Channel Access',
    netFn: app,
    cmd: 0x41,
    privilege: 'user',
    leastLength: 2,
    // Always available, alerting off; administrators at most.
    answer: (data) => (isOurChannel(data[0]!) ? ok(Buffer.of(0x22, 0x04)) : refuse(completion.invalidData)),
  },
  {
    name: 'Get Channel Info',
    netFn: app,
    cmd: 0x42,
    privilege: 'user',
    leastLength: 1,
    answer(data, { sessions }) {
      if (!isOurChannel(data[0]!)) return refuse(completion.invalidData)
      const lan802_3 = 0x04
      const ipmb10 = 0x01
      const multiSession = 0x80
      const ipmiForum = Buffer.of(0xf2, 0x1b, 0x00)
      return ok(Buffer.concat([Buffer.of(lanChannel, lan802_3, ipmb10, multiSession | sessions.active()), ipmiForum, Buffer.of(0, 0)]))
    },
  },
  {
    name: 'Get User Access',
    netFn: app,
    cmd: 0x44,
    privilege: 'operator',
    leastLength: 2,
    // §22.27: ten users, one enabled, the first with a fixed name; whether this one is; level, IPMI messages, link authentication.
    answer: (data) => ok((data[1]! & 0x3f) === 2 ? Buffer.of(10, 0x41, 1, 0x34) : Buffer.of(10, 0x81, 1, 0x0f)),
  },
  {
    name: 'Get User Name',
    netFn: app,
    cmd: 0x46,
    privilege: 'operator',
    leastLength: 1,
    answer(data, { username }) {
      const name = Buffer.alloc(16)
      if ((data[0]! & 0x3f) === 2) name.write(username, 'latin1')
      return ok(name)
    },
  },
]

const parameterNotSupported = 0x80

/** A text of System Info Parameters (§22.14a): set 0 begins with its encoding, latin 1, and its length; a set holds sixteen bytes. */
function systemText(set: number, text: string): Buffer {
  const block = Buffer.concat([Buffer.of(0, text.length), Buffer.from(text, 'latin1')]).subarray(set * 16, set * 16 + 16)
  return Buffer.concat([Buffer.of(0x11, set), block, Buffer.alloc(16 - block.length)])
}

const systemInfo: Readonly<Record<number, (set: number, identity: Identity) => Buffer>> = {
  0: () => Buffer.of(0x11, 0),
  1: (set, { firmware }) => systemText(set, firmware.join('.')),
  2: (set, { serial }) => systemText(set, `node-${serial}`.toLowerCase()),
  3: (set) => systemText(set, 'Linux'),
  4: (set) => systemText(set, 'Linux'),
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3)
  bytes.writeUIntLE(value & 0xffffff, 0, 3)
  return bytes
}
