import type { CipherSuite } from '../cipher-suites.ts'
import { netFns, noAnswer, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { payloadTypes } from '../session-packet.ts'
import { presentChannel } from './session.ts'

/** Most BMCs have this one instance of serial over LAN. */
export const firstInstance = 1

/** What Activate Payload refuses with (IPMI 2.0 §24.1, table 24-2). */
export const activateCodes = { alreadyActive: 0x80, disabled: 0x81, limit: 0x82, notEncrypted: 0x83, onlyEncrypted: 0x84 } as const

export type PayloadInstance = { readonly instance: number }

export type SolActivation = PayloadInstance & {
  /** How the session's packets are protected: the payload is to be protected alike. */
  readonly suite: Pick<CipherSuite, 'integrity' | 'confidentiality'>
  /** Alerts on the serial port wait while the console is open, instead of failing. */
  readonly defersAlerts?: boolean
}

export type ActivatedPayload = {
  /** What one SOL payload to the BMC may hold, its four header bytes included. As the BMC wrote it: it may be nonsense. */
  readonly inboundPayloadSize: number
  readonly outboundPayloadSize: number
  readonly port: number
}

const encryptionOn = 0x80
const authenticationOn = 0x40
/** Serial and modem alerts are deferred (table 24-2, bits 3:2). */
const alertsDeferred = 0x04

/**
 * Activate Payload for SOL (IPMI 2.0 §24.1), protected as the session is. It is sent once: a second one would be refused with
 * 80h although the first has worked. Some BMCs write the sizes big-endian: the byte order that gives a possible size is taken.
 */
export const activateSol: Command<SolActivation, ActivatedPayload> = {
  name: 'Activate Payload',
  netFn: netFns.app,
  cmd: 0x48,
  effect: 'control',
  completionCodes: {
    [activateCodes.alreadyActive]: 'the serial console is in use by another session',
    [activateCodes.disabled]: 'serial over LAN is disabled on this BMC',
    [activateCodes.limit]: 'no further serial console session is possible',
    [activateCodes.notEncrypted]: 'the BMC cannot encrypt the serial console',
    [activateCodes.onlyEncrypted]: 'the BMC gives the serial console only encrypted',
  },
  encode: ({ instance, suite, defersAlerts }) => {
    const protection = (suite.confidentiality === 0 ? 0 : encryptionOn) | (suite.integrity === 0 ? 0 : authenticationOn)
    return Buffer.of(payloadTypes.sol, instance, protection | (defersAlerts ? alertsDeferred : 0), 0, 0, 0)
  },
  decode: (data) => {
    requireLength(data, 10, 'Activate Payload response')
    return { inboundPayloadSize: readSize(data, 4), outboundPayloadSize: readSize(data, 6), port: data.readUInt16LE(8) }
  },
}

/** Deactivate Payload for SOL (IPMI 2.0 §24.2). What is inactive stays inactive, however often it is asked: hence a read. */
export const deactivateSol: Command<PayloadInstance, void> = {
  name: 'Deactivate Payload',
  netFn: netFns.app,
  cmd: 0x49,
  effect: 'read',
  completionCodes: { 0x80: 'the serial console was not active', 0x81: 'serial over LAN is disabled on this BMC' },
  encode: ({ instance }) => Buffer.of(payloadTypes.sol, instance, 0, 0, 0, 0),
  decode: noAnswer,
}

export const alreadyDeactivated = 0x80

export type PayloadActivationStatus = {
  /** How many instances there can be at once. Some Dell and Supermicro BMCs say 0 and mean 1. */
  readonly capacity: number
  readonly activeInstances: readonly number[]
}

/** Get Payload Activation Status for SOL (IPMI 2.0 §24.4). X8SIL-F refuses it with CCh. */
export const getSolActivationStatus: Command<void, PayloadActivationStatus> = {
  name: 'Get Payload Activation Status',
  netFn: netFns.app,
  cmd: 0x4a,
  effect: 'read',
  encode: () => Buffer.of(payloadTypes.sol),
  decode: (data) => {
    requireLength(data, 2, 'Get Payload Activation Status response')
    const bits = data[1]! | ((data[2] ?? 0) << 8)
    const activeInstances = Array.from({ length: 16 }, (_, i) => i + 1).filter((instance) => bits & (1 << (instance - 1)))
    return { capacity: (data[0]! & 0x0f) || 1, activeInstances }
  },
}

/** Get Payload Instance Info (IPMI 2.0 §24.3): the id of the session that holds this SOL instance, 0 when none does. */
export const getSolInstanceInfo: Command<PayloadInstance, { readonly sessionId: number }> = {
  name: 'Get Payload Instance Info',
  netFn: netFns.app,
  cmd: 0x4b,
  effect: 'read',
  encode: ({ instance }) => Buffer.of(payloadTypes.sol, instance),
  decode: (data) => {
    requireLength(data, 4, 'Get Payload Instance Info response')
    return { sessionId: data.readUInt32LE(0) }
  },
}

/** What a size field can mean; the header alone has four bytes. */
const leastSize = 8
const greatestSize = 2048

/** 0 when neither byte order gives a size that can be. */
function readSize(data: Buffer, offset: number): number {
  const candidates = [data.readUInt16LE(offset), data.readUInt16BE(offset)]
  return candidates.find((size) => size >= leastSize && size <= greatestSize) ?? 0
}

/** Parameter numbers of the SOL configuration (IPMI 2.0 §26.2, table 26-5). */
export const solParameters = {
  setInProgress: 0,
  enable: 1,
  authentication: 2,
  accumulate: 3,
  retry: 4,
  nonVolatileBitRate: 5,
  volatileBitRate: 6,
  payloadChannel: 7,
  payloadPort: 8,
} as const

const parameterCodes = { 0x80: 'parameter not supported', 0x81: 'somebody else is changing it', 0x82: 'read-only parameter' }

/** Get SOL Configuration Parameters (IPMI 2.0 §26.3): the parameter's raw data, without the revision. */
export const getSolParameter: Command<{ readonly parameter: number; readonly channel?: number }, Buffer> = {
  name: 'Get SOL Configuration Parameters',
  netFn: netFns.transport,
  cmd: 0x22,
  effect: 'read',
  completionCodes: parameterCodes,
  encode: ({ parameter, channel = presentChannel }) => Buffer.of(channel, parameter, 0, 0),
  decode: (data) => {
    requireLength(data, 1, 'Get SOL Configuration Parameters response')
    return data.subarray(1)
  },
}

/** Set SOL Configuration Parameters (IPMI 2.0 §26.2). */
export const setSolParameter: Command<{ readonly parameter: number; readonly data: Uint8Array; readonly channel?: number }, void> = {
  name: 'Set SOL Configuration Parameters',
  netFn: netFns.transport,
  cmd: 0x21,
  effect: 'write',
  completionCodes: parameterCodes,
  encode: ({ parameter, data, channel = presentChannel }) => Buffer.of(channel, parameter, ...data),
  decode: noAnswer,
}
