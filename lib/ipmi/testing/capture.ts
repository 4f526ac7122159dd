import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cipherSuites, deriveSessionKeys, findCipherSuite, isSameCode, type SessionKeys } from '../cipher-suites.ts'
import { decodeRequest, decodeResponse, type RequestMessage, type ResponseMessage } from '../message.ts'
import { rakp2Code, rakp3Code, rakp4Code, sessionIntegrityKey, type RakpExchange } from '../rakp-codes.ts'
import * as rakp from '../rakp.ts'
import { decodePacket, openPacket, payloadTypes } from '../session-packet.ts'
import { udpPayloads } from './pcap.ts'
import { recordingsFolder } from './recordings.ts'

/** Conversations of ipmitool and FreeIPMI with OpenIPMI's simulator (user and password "admin"). */
export const sessionsFolder = join(recordingsFolder, 'ipmi/sessions')

export type Exchange = { readonly request: Required<RequestMessage>; readonly response: Required<ResponseMessage> }

/** Follows a captured login, checks every code in it, and gives the decrypted commands with their answers. */
export function openCapture(name: string): readonly Exchange[] {
  const setup: Partial<Record<number, Buffer>> = {}
  let keys: SessionKeys | undefined
  const requests: Required<RequestMessage>[] = []
  const exchanges: Exchange[] = []
  for (const { payload } of udpPayloads(readFileSync(join(sessionsFolder, `${name}.pcap`)))) {
    const packet = decodePacket(payload)
    if (packet.payloadType >= payloadTypes.openSessionRequest) setup[packet.payloadType] = packet.payload
    if (packet.payloadType === payloadTypes.rakp4) keys = checkLogin(setup)
    if (packet.sessionId === 0 || packet.payloadType !== payloadTypes.ipmi) continue
    const message = openPacket(packet, keys!)
    if ((message[1]! >> 2) % 2 === 0) requests.push(decodeRequest(message))
    else exchanges.push(...pair(requests, decodeResponse(message)))
  }
  return exchanges
}

/** The request of a response; none for what another controller answered to a message that was bridged to it. */
function pair(requests: readonly Required<RequestMessage>[], response: Required<ResponseMessage>): readonly Exchange[] {
  const isIts = (each: RequestMessage) => each.rqSeq === response.rqSeq && each.cmd === response.cmd && each.netFn === response.netFn - 1
  const request = requests.findLast(isIts)
  return request ? [{ request, response }] : []
}

function checkLogin(setup: Partial<Record<number, Buffer>>): SessionKeys {
  const open = rakp.decodeOpenSessionResponse(setup[payloadTypes.openSessionResponse]!) as rakp.OpenSessionResponse
  const rakp1 = rakp.decodeRakp1(setup[payloadTypes.rakp1]!)
  const rakp2 = rakp.decodeRakp2(setup[payloadTypes.rakp2]!) as rakp.Rakp2
  const exchange: RakpExchange = {
    suite: findCipherSuite(open) ?? cipherSuites[3],
    consoleSessionId: open.consoleSessionId,
    managedSystemSessionId: open.managedSystemSessionId,
    consoleRandom: rakp1.consoleRandom,
    managedSystemRandom: rakp2.managedSystemRandom,
    guid: rakp2.guid,
    role: rakp1.role,
    username: rakp1.username,
    password: Buffer.from('admin'),
  }
  const sik = sessionIntegrityKey(exchange)
  requireSame(rakp2Code(exchange), rakp2.code)
  requireSame(rakp3Code(exchange), rakp.decodeRakp3(setup[payloadTypes.rakp3]!).code)
  requireSame(rakp4Code(exchange, sik), (rakp.decodeRakp4(setup[payloadTypes.rakp4]!) as rakp.Rakp4).code)
  return deriveSessionKeys(exchange.suite, sik, exchange.password)
}

function requireSame(ours: Buffer, theirs: Buffer): void {
  if (!isSameCode(ours, theirs)) throw new Error('a code of the captured login is not the one that we compute')
}

/** What the tool printed in that conversation. */
export const printedIn = (name: string) => readFileSync(join(sessionsFolder, `${name}.out.txt`), 'utf8')
