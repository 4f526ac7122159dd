import { describe, expect, test } from 'vitest'
import { IpmiError } from '../errors.ts'
import { coldReset, warmReset } from './app.ts'
import { getChannelAccess, getChannelInfo } from './channel.ts'
import { getPowerRestorePolicies, setPowerRestorePolicy } from './chassis.ts'
import { getPefActions, getPefCapabilities, getPefControl } from './pef.ts'
import { setSelTime } from './storage.ts'
import { getLanCipherLimits, getLanCipherSuites, getSubnetMask } from './transport.ts'
import { getUserAccess, getUserName } from './users.ts'
import { getWatchdog } from './watchdog.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

describe('users', () => {
  test('Get User Access (IPMI 2.0 table 22-32): channel Eh, id; then ten ids, enabled and two of them, one fixed, IPMI as administrator', () => {
    expect(getUserAccess.encode({ userId: 2 })).toEqual(hex('0e 02'))
    expect(getUserAccess.decode(hex('0a 42 01 14'))).toEqual({
      greatestId: 10, enabledCount: 2, isEnabled: true, fixedNames: 1, privilege: 'administrator', mayUseIpmi: true, isCallbackOnly: false,
    })
  })

  test('one that is disabled, one of whom nothing is said, one with a reserved level', () => {
    expect(getUserAccess.decode(hex('0a 81 00 0f'))).toMatchObject({ isEnabled: false, privilege: 'no-access', mayUseIpmi: false })
    expect(getUserAccess.decode(hex('0a 01 00 42'))).toMatchObject({ isEnabled: undefined, privilege: 'user', isCallbackOnly: true })
    expect(getUserAccess.decode(hex('0a 01 00 07'))).toMatchObject({ privilege: undefined })
  })

  test('Get User Name (§22.29): sixteen bytes', () => {
    expect(getUserName.encode({ userId: 2 })).toEqual(hex('02'))
    expect(getUserName.decode(hex('61646d696e 0000000000000000000000'))).toEqual({ name: 'admin' })
    expect(() => getUserName.decode(hex('61646d696e'))).toThrow(IpmiError)
  })
})

describe('the channel', () => {
  test('Get Channel Access (table 22-29): channel Eh, present or stored; always open, alerts off, administrators', () => {
    expect(getChannelAccess.encode({ of: 'present' })).toEqual(hex('0e 80'))
    expect(getChannelAccess.encode({ of: 'stored' })).toEqual(hex('0e 40'))
    expect(getChannelAccess.decode(hex('22 04'))).toEqual({
      mode: 'always', hasAlerting: false, hasPerMessageAuthentication: true, hasUserLevelAuthentication: true, privilegeLimit: 'administrator',
    })
    expect(getChannelAccess.decode(hex('18 03'))).toMatchObject({ mode: 'disabled', hasAlerting: true, hasPerMessageAuthentication: false, hasUserLevelAuthentication: false })
  })

  test('Get Channel Info (table 22-30): channel 1, LAN, IPMB protocol, two of its sessions active', () => {
    expect(getChannelInfo.decode(hex('01 04 01 82 f21b00 0000'))).toEqual({ channel: 1, medium: 4, activeSessions: 2 })
  })
})

describe('LAN parameters (table 23-4)', () => {
  test('a longer answer than asked for is cut', () => {
    expect(getSubnetMask.decode(hex('11 ffffff00 00'))).toEqual({ address: '255.255.255.0' })
  })

  test('cipher suites 3 and 17, up to operator and administrator, the third switched off', () => {
    expect(getLanCipherSuites.encode()).toEqual(hex('0e 17 00 00'))
    expect(getLanCipherSuites.decode(hex('11 00 03 11 00'))).toEqual({ suites: [3, 17, 0] })
    const { limits } = getLanCipherLimits.decode(hex('11 00 43 00 00 00 00 00 00 00'))
    expect(limits.slice(0, 3)).toEqual(['operator', 'administrator', 'no-access'])
    expect(limits).toHaveLength(16)
  })
})

describe('the watchdog (table 27-6)', () => {
  test('at rest: for the operating system, hard reset, 300 s', () => {
    expect(getWatchdog.decode(hex('04 01 00 00 b80b b80b'))).toEqual({
      isRunning: false, use: 'sms-os', action: 'hard-reset', preTimeout: { interrupt: 'none', seconds: 0 }, countdownMs: 300_000, presentMs: 300_000,
    })
  })

  test('running for the firmware, an NMI 10 s before a power cycle, 12.3 s left', () => {
    expect(getWatchdog.decode(hex('42 23 0a 00 5802 7b00'))).toEqual({
      isRunning: true, use: 'bios-post', action: 'power-cycle', preTimeout: { interrupt: 'nmi', seconds: 10 }, countdownMs: 60_000, presentMs: 12_300,
    })
    expect(() => getWatchdog.decode(hex('42 23 0a 00 5802 7b'))).toThrow(IpmiError)
  })
})

describe('platform event filtering (§30.1, table 30-6)', () => {
  test('capabilities, control and actions', () => {
    expect(getPefCapabilities.decode(hex('51 2f 14'))).toEqual({ version: '1.5', actions: ['alert', 'powerDown', 'reset', 'powerCycle', 'diagnosticInterrupt'], filters: 20 })
    expect(getPefControl.encode()).toEqual(hex('01 00 00'))
    expect(getPefControl.decode(hex('11 05'))).toEqual({ isEnabled: true, startupDelay: true })
    expect(getPefActions.decode(hex('11 06'))).toEqual({ actions: ['powerDown', 'reset'] })
  })
})

test('Set Power Restore Policy (§28.8): 0 off, 1 as before, 2 on, 3 only asks; a bit for each there is', () => {
  expect((['always-off', 'previous', 'always-on'] as const).map((policy) => setPowerRestorePolicy.encode({ policy }))).toEqual([hex('00'), hex('01'), hex('02')])
  expect(getPowerRestorePolicies.encode()).toEqual(hex('03'))
  expect(getPowerRestorePolicies.decode(hex('05'))).toEqual(['always-off', 'always-on'])
  expect([setPowerRestorePolicy.effect, getPowerRestorePolicies.effect]).toEqual(['write', 'read'])
})

test('Set SEL Time (§31.11): seconds since 1970, the least significant byte first', () => {
  expect(setSelTime.encode(new Date('2026-11-30T12:00:00.900Z'))).toEqual(hex('40 65 0d 6b'))
})

test('Warm Reset and Cold Reset (§20.2, §20.3) carry no data and are sent once', () => {
  expect([warmReset, coldReset].map(({ netFn, cmd, effect }) => [netFn, cmd, effect])).toEqual([[6, 3, 'control'], [6, 2, 'control']])
  expect(warmReset.encode()).toEqual(Buffer.alloc(0))
})
