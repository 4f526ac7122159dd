import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cipherSuites, deriveSessionKeys, findCipherSuite, isSameCode, type SessionKeys } from './cipher-suites.ts'
import { getDeviceId } from './commands/app.ts'
import { getChassisStatus } from './commands/chassis.ts'
import { getSensorReading } from './commands/sensor.ts'
import { getSelInfo } from './commands/storage.ts'
import { decodeRequest, decodeResponse, encodeRequest, type RequestMessage, type ResponseMessage } from './message.ts'
import { rakp2Code, rakp3Code, rakp4Code, sessionIntegrityKey, type RakpExchange } from './rakp-codes.ts'
import * as rakp from './rakp.ts'
import { decodePacket, openPacket, payloadTypes } from './session-packet.ts'
import { recordingsFolder } from './testing/recordings.ts'
import { udpPayloads } from './testing/pcap.ts'

// Conversations of ipmitool with OpenIPMI's simulator (user and password "admin"), opened with our own codecs.

const folder = join(recordingsFolder, 'ipmi/sessions')

type Exchange = { readonly request: Required<RequestMessage>; readonly response: Required<ResponseMessage> }

/** Follows a captured login, checks every code in it, and gives the decrypted commands with their answers. */
function openCapture(name: string): readonly Exchange[] {
  const setup: Partial<Record<number, Buffer>> = {}
  let keys: SessionKeys | undefined
  const requests: Required<RequestMessage>[] = []
  const exchanges: Exchange[] = []
  for (const { payload } of udpPayloads(readFileSync(join(folder, `${name}.pcap`)))) {
    const packet = decodePacket(payload)
    if (packet.payloadType >= payloadTypes.openSessionRequest) setup[packet.payloadType] = packet.payload
    if (packet.payloadType === payloadTypes.rakp4) keys = checkLogin(setup)
    if (!packet.encrypted || packet.payloadType !== payloadTypes.ipmi) continue
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
  expect(isSameCode(rakp2Code(exchange), rakp2.code)).toBe(true)
  expect(isSameCode(rakp3Code(exchange), rakp.decodeRakp3(setup[payloadTypes.rakp3]!).code)).toBe(true)
  expect(isSameCode(rakp4Code(exchange, sik), (rakp.decodeRakp4(setup[payloadTypes.rakp4]!) as rakp.Rakp4).code)).toBe(true)
  return deriveSessionKeys(exchange.suite, sik)
}

const printed = (name: string) => readFileSync(join(folder, `${name}.out.txt`), 'utf8')
const answerTo = (exchanges: readonly Exchange[], command: { netFn: number; cmd: number }) => {
  const found = exchanges.find(({ request }) => request.netFn === command.netFn && request.cmd === command.cmd)
  expect(found?.response.completionCode).toBe(0)
  return Buffer.from(found!.response.data)
}

describe.skipIf(!existsSync(folder))(`captured sessions (skipped without ${folder})`, () => {
  test('Get Device ID is what ipmitool printed', () => {
    const device = getDeviceId.decode(answerTo(openCapture('cs3-mc-info'), getDeviceId))
    const text = printed('cs3-mc-info')
    const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1]?.trim()
    expect(String(device.deviceId)).toBe(field('Device ID'))
    expect(device.firmwareRevision).toBe(field('Firmware Revision'))
    expect(device.ipmiVersion).toBe(field('IPMI Version'))
    expect(String(device.manufacturerId)).toBe(field('Manufacturer ID'))
    expect(field('Product ID')).toMatch(new RegExp(`^${device.productId} `))
    expect(device.isAvailable).toBe(field('Device Available') === 'yes')
  })

  test('Get Chassis Status is what ipmitool printed', () => {
    const status = getChassisStatus.decode(answerTo(openCapture('cs3-power-status'), getChassisStatus))
    expect(printed('cs3-power-status')).toContain(`Chassis Power is ${status.isPowerOn ? 'on' : 'off'}`)
  })

  test('FreeIPMI’s session opens as well', () => {
    const status = getChassisStatus.decode(answerTo(openCapture('freeipmi-cs3-power'), getChassisStatus))
    expect(printed('freeipmi-cs3-power')).toContain(`: ${status.isPowerOn ? 'on' : 'off'}`)
  })

  test('Get SEL Info is what ipmitool printed', () => {
    const info = getSelInfo.decode(answerTo(openCapture('cs3-sel-info'), getSelInfo))
    expect(printed('cs3-sel-info')).toMatch(new RegExp(`Entries +: ${info.entryCount}\\b`))
    expect(printed('cs3-sel-info')).toMatch(new RegExp(`Free Space +: ${info.freeBytes} bytes`))
  })

  test('hundreds of sensor readings decode, and our requests are byte for byte ipmitool’s', () => {
    const exchanges = openCapture('cs3-sdr-elist')
    const readings = exchanges.filter(({ request }) => request.netFn === getSensorReading.netFn && request.cmd === getSensorReading.cmd)
    expect(readings.length).toBeGreaterThan(30)
    for (const { request, response } of readings) {
      const number = request.data[0]!
      expect(Buffer.from(request.data)).toEqual(getSensorReading.encode({ number, lun: request.lun }))
      if (response.completionCode === 0) getSensorReading.decode(Buffer.from(response.data))
      expect(decodeRequest(encodeRequest(request))).toEqual(request)
    }
  })

  test.each(['cs3-fru', 'cs3-lan-print', 'cs3-sel-list', 'cs3-power-cycle', 'cs3-user-list', 'cs3-sol-activate', 'freeipmi-cs3-sensors'])(
    '%s: every packet’s code is right',
    (name) => {
      expect(openCapture(name).length).toBeGreaterThan(3)
    },
  )
})
