import { describe, expect, test } from 'vitest'
import { getBootFlags } from './commands/boot.ts'
import { activatePowerLimit, getPowerLimit, setPowerLimit } from './commands/dcmi.ts'
import { getSessionInfo } from './commands/session.ts'
import { getSelTime, getSelTimeUtcOffset } from './commands/storage.ts'
import { IpmiError } from './errors.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

describe('Get System Boot Options, boot flags', () => {
  test('asks for parameter 5 without set or block', () => {
    expect(getBootFlags.encode()).toEqual(hex('05 00 00'))
  })

  test.each([
    // parameter version 1, parameter 5 valid, flags (valid, once, legacy), device PXE (1 << 2), three bytes more
    ['01 05 80 04 00 00 00', { isValid: true, isPersistent: false, isEfi: false, device: 'pxe' }],
    // valid, persistent, EFI; CD
    ['01 05 e0 14 00 00 00', { isValid: true, isPersistent: true, isEfi: true, device: 'cd' }],
    // no flag valid: nothing is set
    ['01 05 00 00 00 00 00', { isValid: false, isPersistent: false, isEfi: false, device: 'none' }],
    // the parameter itself is marked invalid (bit 7 of the second byte)
    ['01 85 80 18 00 00 00', { isValid: false, device: 'setup' }],
    // a selector that table 28-14 keeps for later
    ['01 05 80 28 00 00 00', { isValid: true, device: undefined }],
  ])('%s', (bytes, flags) => {
    expect(getBootFlags.decode(hex(bytes))).toMatchObject(flags)
  })

  test('an answer that breaks off is malformed', () => {
    expect(() => getBootFlags.decode(hex('01 05 80'))).toThrow(IpmiError)
  })
})

describe('DCMI Get Power Limit', () => {
  // group DCh, two reserved, exception action 01h, 500 W (01F4h), correction 1000 ms, two reserved, sampling 1 s
  const answer = 'dc 00 00 01 f4 01 e8 03 00 00 00 00 01 00'

  test('request and limit', () => {
    expect(getPowerLimit.encode()).toEqual(hex('dc 00 00'))
    expect(getPowerLimit.decode(hex(answer))).toEqual({ exceptionAction: 1, limitWatts: 500, correctionMs: 1000, samplingSeconds: 1 })
  })

  test('another group, and one byte too few, are malformed', () => {
    expect(() => getPowerLimit.decode(hex(answer.replace('dc', 'dd')))).toThrow(IpmiError)
    expect(() => getPowerLimit.decode(hex(answer).subarray(0, 13))).toThrow(IpmiError)
  })
})

test('DCMI Set Power Limit (§6.6.3): group, three reserved, action, watts, correction in ms, two reserved, sampling in s', () => {
  const limit = { exceptionAction: 0x11, limitWatts: 350, correctionMs: 6000, samplingSeconds: 2 }
  expect(setPowerLimit.encode(limit)).toEqual(hex('dc 00 00 00 11 5e 01 70 17 00 00 00 00 02 00'))
  expect(setPowerLimit.completionCodes?.[0x84]).toMatch('out of the range')
})

test('DCMI Activate/Deactivate Power Limit (§6.6.4): group, 1 or 0, two reserved', () => {
  expect(activatePowerLimit.encode(true)).toEqual(hex('dc 01 00 00'))
  expect(activatePowerLimit.encode(false)).toEqual(hex('dc 00 00 00'))
  expect(() => activatePowerLimit.decode(hex('dd'))).toThrow(IpmiError)
})

test('Get Session Info: handle 1, 16 possible, 2 active; the upper bits are reserved', () => {
  expect(getSessionInfo.encode()).toEqual(hex('00'))
  expect(getSessionInfo.decode(hex('01 d0 c2'))).toEqual({ limit: 16, active: 2 })
})

describe('Get SEL Time UTC Offset', () => {
  test.each([
    // 01E0h: eight hours ahead of UTC (China)
    ['e0 01', 480],
    // FED4h = -300: five hours behind (New York in winter)
    ['d4 fe', -300],
    // FA60h = -1440, 05A0h = 1440: the ends of the range
    ['60 fa', -1440],
    ['a0 05', 1440],
    ['00 00', 0],
    // unspecified
    ['ff 07', undefined],
    // no offset at all
    ['ff ff', -1],
    ['00 80', undefined],
  ])('%s', (bytes, minutes) => {
    expect([getSelTimeUtcOffset.netFn, getSelTimeUtcOffset.cmd]).toEqual([0x0a, 0x5c])
    expect(getSelTimeUtcOffset.encode()).toEqual(Buffer.alloc(0))
    expect(getSelTimeUtcOffset.decode(hex(bytes))).toEqual({ minutes })
  })

  test('an answer that breaks off is malformed', () => {
    expect(() => getSelTimeUtcOffset.decode(hex('e0'))).toThrow(IpmiError)
  })
})

describe('Get SEL Time', () => {
  test.each([
    // 6A1F4E00h s after 1970
    ['00 4e 1f 6a', new Date(0x6a1f4e00 * 1000)],
    // 1234h: the clock was not set, and counts from the start of the BMC (§37.1)
    ['34 12 00 00', new Date(0x1234 * 1000)],
    // unspecified
    ['ff ff ff ff', undefined],
  ])('%s', (bytes, at) => {
    expect(getSelTime.encode()).toEqual(Buffer.alloc(0))
    expect(getSelTime.decode(hex(bytes))).toEqual(at)
  })

  test('an answer that breaks off is malformed', () => {
    expect(() => getSelTime.decode(hex('00 4e 1f'))).toThrow(IpmiError)
  })
})
