import { netFns } from '#lib/ipmi/command.ts'
import { payloadTypes } from '#lib/ipmi/session-packet.ts'
import { solHeaderLength } from '#lib/ipmi/sol/packet.ts'
import { completion, ok, refuse, uint16, uint32, type ServedCommand } from './served-command.ts'
import { habits, type Activation } from './sol.ts'

const { app, transport } = netFns
const onlyInstance = 1
const encryptionOn = 0x80
const isSol = (data: Buffer) => (data[0]! & 0x3f) === payloadTypes.sol

const activationCodes: Record<Exclude<Activation, 'activated'>, number> = { 'already-active': 0x80, disabled: 0x81 }
const onlyEncrypted = 0x84
const alreadyDeactivated = 0x80
const inboundPayloadSize = 128

/** Payload commands (IPMI 2.0 §24) for the one payload there is beside IPMI messages. */
export const payloadCommands: readonly ServedCommand[] = [
  {
    name: 'Activate Payload',
    netFn: app,
    cmd: 0x48,
    privilege: 'operator',
    leastLength: 6,
    answer(data, { session, sol, port, solPort, has }) {
      if (!isSol(data) || !session) return refuse(completion.invalidData)
      if ((data[1]! & 0x0f) !== onlyInstance) return refuse(completion.invalidData)
      // A session that does not encrypt has nothing to encrypt it with.
      if ((data[2]! & encryptionOn) === 0 && session.suite.confidentiality !== 0) return refuse(onlyEncrypted)
      const activation = sol.activate(session.id)
      if (activation !== 'activated') return refuse(activationCodes[activation])
      const noVlan = Buffer.of(0xff, 0xff)
      const sizes = has('solpayloadsize') ? [0xff00, 0xff00] : [inboundPayloadSize, habits.mostCharacters + solHeaderLength]
      return ok(Buffer.concat([uint32(0), ...sizes.map(uint16), uint16(solPort() ?? port()), noVlan]))
    },
  },
  {
    name: 'Deactivate Payload',
    netFn: app,
    cmd: 0x49,
    privilege: 'operator',
    leastLength: 6,
    answer(data, { sol }) {
      if (!isSol(data)) return refuse(completion.invalidData)
      return sol.deactivate() ? ok() : refuse(alreadyDeactivated)
    },
  },
  {
    name: 'Get Payload Activation Status',
    netFn: app,
    cmd: 0x4a,
    privilege: 'user',
    leastLength: 1,
    answer: (data, { sol }) => (isSol(data) ? ok(Buffer.of(onlyInstance, sol.holder() === 0 ? 0 : 1, 0)) : refuse(completion.invalidData)),
  },
  {
    name: 'Get Payload Instance Info',
    netFn: app,
    cmd: 0x4b,
    privilege: 'user',
    leastLength: 2,
    // The holder's session, then what is particular to SOL: the port number (table 24-5).
    answer: (data, { sol }) => (isSol(data) ? ok(Buffer.concat([uint32(sol.holder()), Buffer.of(1, 0, 0, 0, 0, 0, 0, 0)])) : refuse(completion.invalidData)),
  },
  { name: 'Set User Payload Access', netFn: app, cmd: 0x4c, privilege: 'administrator', leastLength: 6, answer: () => ok() },
  {
    name: 'Get User Payload Access',
    netFn: app,
    cmd: 0x4d,
    privilege: 'operator',
    leastLength: 2,
    // Standard payload 1, SOL, is open to every user.
    answer: () => ok(Buffer.of(0x02, 0, 0, 0)),
  },
  {
    name: 'Get Channel Payload Support',
    netFn: app,
    cmd: 0x4e,
    privilege: 'user',
    leastLength: 1,
    // IPMI messages and SOL; the session setup payloads 10h to 15h.
    answer: () => ok(Buffer.of(0x03, 0, 0x3f, 0, 0, 0, 0, 0)),
  },
  { name: 'Get Channel Payload Version', netFn: app, cmd: 0x4f, privilege: 'user', leastLength: 2, answer: () => ok(Buffer.of(0x10)) },
]

const parameterRevision = 0x11
const parameterNotSupported = 0x80
const readOnly = 0x82
const payloadChannel = 7
const payloadPort = 8

/** SOL configuration (IPMI 2.0 §26.2, §26.3). Only "enable" changes what this BMC does; the rest is stored. */
export const solConfigurationCommands: readonly ServedCommand[] = [
  {
    name: 'Set SOL Configuration Parameters',
    netFn: transport,
    cmd: 0x21,
    privilege: 'administrator',
    leastLength: 3,
    answer(data, { sol }) {
      const parameter = data[1]!
      if (parameter === payloadChannel || parameter === payloadPort) return refuse(readOnly)
      const stored = sol.parameters.get(parameter)
      if (!stored) return refuse(parameterNotSupported)
      if (data.length - 2 !== stored.length) return refuse(completion.wrongLength)
      sol.parameters.set(parameter, Buffer.from(data.subarray(2)))
      return ok()
    },
  },
  {
    name: 'Get SOL Configuration Parameters',
    netFn: transport,
    cmd: 0x22,
    privilege: 'user',
    leastLength: 4,
    answer(data, { sol, port }) {
      const parameter = data[1]!
      const value = parameter === payloadChannel ? Buffer.of(1) : parameter === payloadPort ? uint16(port()) : sol.parameters.get(parameter)
      if (!value) return refuse(parameterNotSupported)
      return ok((data[0]! & 0x80) === 0 ? Buffer.concat([Buffer.of(parameterRevision), value]) : Buffer.of(parameterRevision))
    },
  },
]
