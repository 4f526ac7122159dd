import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { getDeviceId } from './commands/app.ts'
import { getChassisStatus } from './commands/chassis.ts'
import { getSensorReading } from './commands/sensor.ts'
import { getSelInfo } from './commands/storage.ts'
import { decodeRequest, encodeRequest } from './message.ts'
import { openCapture, printedIn, sessionsFolder, type Exchange } from './testing/capture.ts'

// Conversations of ipmitool with OpenIPMI's simulator (user and password "admin"), opened with our own codecs.

const answerTo = (exchanges: readonly Exchange[], command: { netFn: number; cmd: number }) => {
  const found = exchanges.find(({ request }) => request.netFn === command.netFn && request.cmd === command.cmd)
  expect(found?.response.completionCode).toBe(0)
  return Buffer.from(found!.response.data)
}

describe.skipIf(!existsSync(sessionsFolder))(`captured sessions (skipped without ${sessionsFolder})`, () => {
  test('Get Device ID is what ipmitool printed', () => {
    const device = getDeviceId.decode(answerTo(openCapture('cs3-mc-info'), getDeviceId))
    const text = printedIn('cs3-mc-info')
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
    expect(printedIn('cs3-power-status')).toContain(`Chassis Power is ${status.isPowerOn ? 'on' : 'off'}`)
  })

  test.each([
    { name: 'cs0-mc-info', suite: 'neither authentication nor anything else' },
    { name: 'cs1-mc-info', suite: 'HMAC-SHA1, packets neither signed nor encrypted' },
    { name: 'cs2-mc-info', suite: 'HMAC-SHA1, packets signed and not encrypted' },
  ])('a weak suite opens all the same: $suite', ({ name }) => {
    const device = getDeviceId.decode(answerTo(openCapture(name), getDeviceId))
    expect(printedIn(name)).toMatch(new RegExp(`^Device ID +: ${device.deviceId}$`, 'm'))
  })

  test('FreeIPMI’s session opens as well', () => {
    const status = getChassisStatus.decode(answerTo(openCapture('freeipmi-cs3-power'), getChassisStatus))
    expect(printedIn('freeipmi-cs3-power')).toContain(`: ${status.isPowerOn ? 'on' : 'off'}`)
  })

  test('Get SEL Info is what ipmitool printed', () => {
    const info = getSelInfo.decode(answerTo(openCapture('cs3-sel-info'), getSelInfo))
    expect(printedIn('cs3-sel-info')).toMatch(new RegExp(`Entries +: ${info.entryCount}\\b`))
    expect(printedIn('cs3-sel-info')).toMatch(new RegExp(`Free Space +: ${info.freeBytes} bytes`))
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
