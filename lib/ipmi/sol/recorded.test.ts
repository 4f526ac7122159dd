import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deriveSessionKeys, findCipherSuite, cipherSuites, type SessionKeys } from '../cipher-suites.ts'
import { activateSol, deactivateSol } from '../commands/sol.ts'
import { decodeRequest, decodeResponse } from '../message.ts'
import { sessionIntegrityKey } from '../rakp-codes.ts'
import * as rakp from '../rakp.ts'
import { decodePacket, openPacket, payloadTypes } from '../session-packet.ts'
import { recordingsFolder } from '../testing/recordings.ts'
import { udpPayloads } from '../testing/pcap.ts'
import { decodeSolPacket, type SolPacket } from './packet.ts'
import { openStream, receivePacket } from './stream.ts'

// ipmitool's console on OpenIPMI's simulator (user and password "admin"), captured from the wire.

const capture = join(recordingsFolder, 'ipmi/sessions/cs3-sol-activate.pcap')

type Seen = { readonly toBmc: boolean; readonly payloadType: number; readonly payload: Buffer }

function openCapture(): readonly Seen[] {
  const setup: Partial<Record<number, Buffer>> = {}
  let keys: SessionKeys | undefined
  let bmcPort = 0
  const seen: Seen[] = []
  for (const { toPort, payload } of udpPayloads(readFileSync(capture))) {
    bmcPort ||= toPort
    const packet = decodePacket(payload)
    if (packet.payloadType >= payloadTypes.openSessionRequest) setup[packet.payloadType] = packet.payload
    if (packet.payloadType === payloadTypes.rakp4) keys = keysOf(setup)
    if (packet.encrypted) seen.push({ toBmc: toPort === bmcPort, payloadType: packet.payloadType, payload: openPacket(packet, keys!) })
  }
  return seen
}

function keysOf(setup: Partial<Record<number, Buffer>>): SessionKeys {
  const open = rakp.decodeOpenSessionResponse(setup[payloadTypes.openSessionResponse]!) as rakp.OpenSessionResponse
  const { consoleRandom, role, username } = rakp.decodeRakp1(setup[payloadTypes.rakp1]!)
  const { managedSystemRandom, guid } = rakp.decodeRakp2(setup[payloadTypes.rakp2]!) as rakp.Rakp2
  const suite = findCipherSuite(open) ?? cipherSuites[3]
  const { consoleSessionId, managedSystemSessionId } = open
  const password = Buffer.from('admin')
  return deriveSessionKeys(suite, sessionIntegrityKey({ suite, consoleSessionId, managedSystemSessionId, consoleRandom, managedSystemRandom, guid, role, username, password }))
}

describe.skipIf(!existsSync(capture))(`a captured console (skipped without ${capture})`, () => {
  const seen = existsSync(capture) ? openCapture() : []
  const sol = (toBmc: boolean): SolPacket[] =>
    seen.filter((each) => each.payloadType === payloadTypes.sol && each.toBmc === toBmc).map(({ payload }) => decodeSolPacket(payload))

  test('Activate Payload: OpenIPMI’s sizes and port', () => {
    const answers = seen.filter(({ toBmc, payloadType }) => !toBmc && payloadType === payloadTypes.ipmi).map(({ payload }) => decodeResponse(payload))
    const activated = answers.find(({ netFn, cmd }) => netFn === activateSol.netFn + 1 && cmd === activateSol.cmd)!
    expect(activated.completionCode).toBe(0)
    // SOL_INBUF_SIZE is 32; its 16 KiB outbound buffer (00 40) is more than any packet, and read the other way round as 64.
    expect(activateSol.decode(Buffer.from(activated.data))).toEqual({ inboundPayloadSize: 32, outboundPayloadSize: 64, port: 16230 })
  })

  test('our requests differ from ipmitool’s only in what they ask for', () => {
    const requests = seen.filter(({ toBmc, payloadType }) => toBmc && payloadType === payloadTypes.ipmi).map(({ payload }) => decodeRequest(payload))
    const find = (cmd: number) => Buffer.from(requests.find((each) => each.netFn === 6 && each.cmd === cmd)!.data)
    // ipmitool sets C6h: also "serial alerts deferred" and "CTS and DCD deasserted until activated"; we leave those lines alone.
    expect(activateSol.encode({ instance: 1, suite: cipherSuites[3] })).toEqual(Buffer.from(find(activateSol.cmd).map((byte, i) => (i === 2 ? byte & 0xc0 : byte))))
    expect(deactivateSol.encode({ instance: 1 })).toEqual(find(deactivateSol.cmd))
  })

  test('the stream delivers what ipmitool showed, and acknowledges what ipmitool acknowledged', () => {
    let state = openStream(undefined, false)
    let text = ''
    const acknowledged: string[] = []
    for (const packet of sol(false)) {
      const step = receivePacket(state, packet, 0)
      state = step.state
      text += Buffer.concat(step.deliver).toString('latin1')
      acknowledged.push(...step.send.map(decodeSolPacket).map((each) => `${each.ackSequence}:${each.acceptedCount}`))
    }
    expect(text).toContain('echo:hello')
    const theirs = sol(true).filter(({ ackSequence }) => ackSequence !== 0).map((each) => `${each.ackSequence}:${each.acceptedCount}`)
    expect(acknowledged).toEqual(theirs)
  })

  test('what ipmitool typed was acknowledged whole by the BMC', () => {
    const typed = sol(true).filter(({ sequence }) => sequence !== 0)
    expect(Buffer.concat(typed.map(({ data }) => data)).toString('latin1')).toContain('hello')
    const accepted = new Set(sol(false).map(({ ackSequence, acceptedCount }) => `${ackSequence}:${acceptedCount}`))
    for (const { sequence, data } of typed) expect(accepted, `packet ${sequence}`).toContain(`${sequence}:${data.length}`)
  })
})
