import { describe, expect, it } from 'vitest'
import { IpmiError, type IpmiErrorKind } from '#lib/ipmi/errors.ts'
import type { SelRecord } from '#lib/ipmi/sel/record.ts'
import type { SensorValue } from '#lib/ipmi/sensor/read.ts'
import { RedfishError, type RedfishErrorKind } from '#lib/redfish/errors.ts'
import type { Sensor as RedfishSensor } from '#lib/redfish/sensor.ts'
import { toBetter, toResetCapabilities } from './composition.ts'
import { BmcError } from './errors.ts'
import { isNothingThere, toAddress, toBmcError, toMostTelling } from './failure.ts'
import { toIdentity } from './ipmi-identity.ts'
import { toReasons, toSensors, toSystemWatts } from './ipmi-sensors.ts'
import { toPlan } from './node-bmc.ts'
import { mergeCapabilities, toFailed, toProbeResult } from './probe.ts'
import { toSensorSweep } from './redfish-sensors.ts'
import { resolveVetted } from './resolve.ts'
import { toRestartWords } from './restart-log.ts'
import { toPlainText } from './text.ts'

describe('errors', () => {
  it.each([
    ['timeout', 'unreachable'],
    ['refused', 'refused'],
    ['wrong-user', 'credentials'],
    ['wrong-password', 'credentials'],
    ['no-cipher-suite', 'cipher-suite'],
    ['downgrade', 'downgrade'],
    ['insufficient-resources', 'session-limit'],
    ['not-a-bmc', 'not-a-bmc'],
    ['malformed', 'garbled'],
    ['session-lost', 'unreachable'],
    ['reply-lost', 'reply-lost'],
    ['invalid-argument', 'unsupported'],
  ] as [IpmiErrorKind, string][])('IPMI %s is %s, with the address that was typed', (kind, expected) => {
    const error = toBmcError(new IpmiError(kind, 'what happened', { address: '10.0.4.7:623' }), 'bmc7.lab:623')
    expect(error).toMatchObject({ kind: expected, address: 'bmc7.lab:623', message: 'bmc7.lab:623: what happened' })
  })

  it.each([
    ['timeout', 'unreachable'],
    ['refused', 'refused'],
    ['certificate-changed', 'certificate'],
    ['unauthorized', 'credentials'],
    ['not-redfish', 'not-a-bmc'],
    ['bad-json', 'garbled'],
    ['too-large', 'garbled'],
    ['session-limit', 'session-limit'],
  ] as [RedfishErrorKind, string][])('Redfish %s is %s', (kind, expected) => {
    const error = toBmcError(new RedfishError(kind, '10.0.4.7:443', 'what happened'), 'bmc7.lab:443')
    expect(error).toMatchObject({ kind: expected, message: 'bmc7.lab:443: what happened' })
  })

  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-a-bmc'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'cipher-suite'],
    ['ECONNRESET', 'failed'],
  ])('TLS %s is %s', (code, expected) => {
    expect(toBmcError(new RedfishError('tls', 'a:1', 'x', { cause: { code } }), 'a:1').kind).toBe(expected)
  })

  it('an invalid command is a thing that the BMC cannot do', () => {
    expect(toBmcError(new IpmiError('completion-code', 'x', { completionCode: 0xc1 }), 'a:1').kind).toBe('unsupported')
    expect(toBmcError(new IpmiError('completion-code', 'x', { completionCode: 0xd4 }), 'a:1').kind).toBe('failed')
  })

  it('the most telling of several comes first', () => {
    const of = (kind: BmcError['kind']) => ({ kind })
    expect(toMostTelling([of('unreachable'), of('refused'), of('credentials')])).toEqual({ kind: 'credentials' })
    expect(toMostTelling([of('not-a-bmc'), of('certificate')])).toEqual({ kind: 'certificate' })
    expect(toMostTelling([of('unreachable'), of('not-a-bmc')])).toEqual({ kind: 'not-a-bmc' })
    expect(toMostTelling([])).toBeNull()
  })

  it('brackets IPv6', () => expect(toAddress('fd00::7', 443)).toBe('[fd00::7]:443'))
})

describe('a probe of two protocols', () => {
  const failure = (kind: RedfishErrorKind, notSent: boolean) => toBmcError(new RedfishError(kind, 'a:443', 'x', { notSent }), 'a:443')
  const works = { endpoint: { protocol: 'ipmi' as const, port: 623, state: 'ok' as const, failure: null, facts: {} }, identity: {}, capabilities: null, isNothingThere: false }

  it.each([
    ['refused', true, 'absent'],
    ['timeout', true, 'absent'],
    ['not-redfish', false, 'absent'],
    ['timeout', false, 'failed'],
    ['unauthorized', false, 'failed'],
  ] as [RedfishErrorKind, boolean, string][])('beside one that works, %s (nothing sent: %s) is %s', (kind, notSent, state) => {
    const result = toProbeResult([toFailed({ protocol: 'redfish', port: 443 }, failure(kind, notSent)), works])
    expect(result.endpoints[0]!.state).toBe(state)
    expect(result.failure).toBeNull()
  })

  it('where none works, both are failed and the telling one is shown', () => {
    const locked = toBmcError(new IpmiError('wrong-password', 'x'), 'a:623')
    const result = toProbeResult([toFailed({ protocol: 'redfish', port: 443 }, failure('refused', true)), toFailed({ protocol: 'ipmi', port: 623 }, locked)])
    expect(result.endpoints.map((one) => one.state)).toEqual(['failed', 'failed'])
    expect(result.failure).toMatchObject({ kind: 'credentials', address: 'a:623' })
  })

  it('a login that stalled is a sign of life', () => {
    expect(isNothingThere(toBmcError(new IpmiError('timeout', 'no answer within 5 s'), 'a:1'))).toBe(true)
    expect(isNothingThere(toBmcError(new IpmiError('timeout', 'login not finished after 15 s: no answer to privilege'), 'a:1'))).toBe(false)
  })
})

describe('what a node can do', () => {
  const redfish = toResetCapabilities(['On', 'ForceOff', 'GracefulShutdown'], 'redfish', { reason: 'over Redfish only On, ForceOff, GracefulShutdown' })
  const ipmi = toResetCapabilities(['On', 'ForceOff', 'PowerCycle', 'ForceRestart'], 'ipmi', { reason: 'IPMI has no such command' })
  const of = (resets: typeof redfish) => ({ probedAt: '2026-11-23T00:00:00Z', resets, indicator: { can: false, reason: 'none' } })

  it('composes what it can and gives the reason for the rest', () => {
    expect(redfish.PowerCycle).toMatchObject({ can: true, composed: true, via: 'redfish' })
    expect(redfish.GracefulRestart).toMatchObject({ can: true, composed: true })
    expect(redfish.Nmi).toEqual({ can: false, reason: 'over Redfish only On, ForceOff, GracefulShutdown' })
    expect(ipmi.GracefulRestart).toEqual({ can: false, reason: 'IPMI has no such command' })
  })

  it('takes a native reset of the other protocol before composing one', () => {
    const both = mergeCapabilities(of(redfish), of(ipmi))!
    expect(both.resets.PowerCycle).toEqual({ can: true, via: 'ipmi' })
    expect(both.resets.On).toEqual({ can: true, via: 'redfish' })
    expect(both.resets.GracefulRestart).toMatchObject({ composed: true, via: 'redfish' })
    expect(toPlan('PowerCycle', both)).toEqual({ commands: ['PowerCycle'], via: 'ipmi' })
    expect(toPlan('GracefulRestart', both)).toEqual({ commands: ['GracefulShutdown', 'On'], via: 'redfish' })
    expect(toPlan('Nmi', both)).toEqual({ refused: 'over Redfish only On, ForceOff, GracefulShutdown' })
    expect(toPlan('On', null)).toHaveProperty('refused')
    expect(toBetter(undefined, { can: false })).toEqual({ can: false })
  })
})

const analog = (changes: Partial<SensorValue>): SensorValue => ({
  recordId: 0x12,
  number: 0x30,
  name: 'CPU1 Temp',
  entity: { id: 3, instance: 1, isContainer: false } as unknown as SensorValue['entity'],
  sensorType: 'Temperature',
  kind: 'analog',
  value: 57,
  unit: 'degrees C',
  states: [],
  thresholds: {},
  thresholdState: 'ok',
  available: true,
  ...changes,
})

describe('IPMI sensors', () => {
  it.each([
    ['degrees C', 57, 'temperature', 57, '°C'],
    ['degrees F', 212, 'temperature', 100, '°C'],
    ['degrees K', 300, 'temperature', 26.85, '°C'],
    ['Volts', 12.06, 'voltage', 12.06, 'V'],
    ['Amps', 1.5, 'current', 1.5, 'A'],
    ['Watts', 210, 'power', 210, 'W'],
    ['RPM', 5_400, 'fan', 5_400, 'RPM'],
    ['percent', 40, 'percent', 40, '%'],
    ['CFM', 20, 'other', 20, 'CFM'],
    ['unspecified', 3, 'other', 3, null],
  ])('%s %d is a %s of %d %s', (unit, value, kind, reading, ours) => {
    expect(toSensors([analog({ unit, value })])[0]).toMatchObject({ kind, reading, unit: ours })
  })

  it('a fan in percent is a fan', () => expect(toSensors([analog({ unit: 'percent', sensorType: 'Fan' })])[0]!.kind).toBe('fan'))

  it('names its limits as we do, converted like the reading', () => {
    const thresholds = { lowerNonCritical: 41, lowerCritical: 32, lowerNonRecoverable: 14, upperNonCritical: 194, upperCritical: 203, upperNonRecoverable: 212 }
    expect(toSensors([analog({ unit: 'degrees F', value: 50, thresholds })])[0]!.thresholds).toEqual({
      lowerCaution: 5,
      lowerCritical: 0,
      lowerFatal: -10,
      upperCaution: 90,
      upperCritical: 95,
      upperFatal: 100,
    })
  })

  it('keeps keys apart although names repeat, and the same whatever the record ids are', () => {
    const keys = (first: number) =>
      toSensors([analog({ recordId: first }), analog({ recordId: first + 1, number: 0x31 }), analog({ recordId: first + 2, number: 0x31 })]).map((sensor) => sensor.key)
    expect(keys(1)).toEqual(['30/CPU1 Temp', '31/CPU1 Temp', '31/CPU1 Temp#2'])
    expect(keys(500)).toEqual(keys(1))
  })

  it('has no value and no health while it is unavailable', () => {
    expect(toSensors([analog({ available: false, value: undefined, thresholdState: undefined })])[0]).toMatchObject({ reading: null, health: 'unknown' })
  })

  it('gives a passed threshold as a reason with reading and limit', () => {
    const values = [analog({ value: 96, thresholds: { upperNonCritical: 85, upperCritical: 95 }, thresholdState: 'critical' })]
    expect(toReasons(values, toSensors(values))).toEqual([{ level: 'critical', code: 'above-critical', part: 'CPU1 Temp', reading: 96, limit: 95, unit: '°C' }])
  })

  it('gives an asserted state in its words', () => {
    const lost = analog({ kind: 'discrete', name: 'PSU2 Status', unit: undefined, value: undefined, thresholdState: undefined, states: [{ bit: 0, text: 'Presence detected', severity: 'ok' }, { bit: 3, text: 'Power supply input lost', severity: 'critical' }] })
    const sensors = toSensors([lost])
    expect(sensors[0]).toMatchObject({ kind: 'state', health: 'critical', reading: null, states: ['Presence detected', 'Power supply input lost'] })
    expect(toReasons([lost], sensors)).toEqual([{ level: 'critical', code: 'state', part: 'PSU2 Status', text: 'Power supply input lost' }])
  })

  it.each([
    [['Pwr Consumption'], 210],
    [['PSU1 Power', 'PSU2 Power', 'Total_Power'], 212],
    [['PSU1 Power', 'PSU2 Power'], null],
    [['CPU Power'], null],
    [['Sys Power'], 210],
  ])('the watts of the system among %j are %s', (names, watts) => {
    const sensors = toSensors(names.map((name, i) => analog({ name, number: i, unit: 'Watts', value: 210 + i })))
    expect(toSystemWatts(sensors)).toBe(watts)
  })
})

describe('Redfish sensors', () => {
  const given = (changes: Partial<RedfishSensor>): RedfishSensor => ({ name: 'Inlet', kind: 'temperature', reading: 43, unit: '°C', thresholds: {}, health: 'OK', state: 'Enabled', source: '/redfish/v1/Chassis/1/Thermal#/Temperatures/0', ...changes })
  const sweep = (sensors: RedfishSensor[], reasons: { part: string; health: 'Warning' | 'Critical'; message: string }[] = [], power: 'on' | 'off' = 'on') =>
    toSensorSweep({ sensors, supplies: [], groups: [], draw: undefined, failures: [] }, { health: undefined, reasons }, power)

  it('explains what the BMC reports by the reading, where a limit does', () => {
    const hot = given({ health: 'Critical', thresholds: { upperCaution: 38, upperCritical: 42 } })
    expect(sweep([hot], [{ part: 'Inlet', health: 'Critical', message: 'Inlet: Critical' }]).reasons).toEqual([
      { level: 'critical', code: 'above-critical', part: 'Inlet', reading: 43, limit: 42, unit: '°C' },
    ])
  })

  it('believes the BMC before its thresholds, and its thresholds where it says nothing', () => {
    expect(sweep([given({ thresholds: { upperCaution: 38 } })])).toMatchObject({ sensors: [{ health: 'ok' }], reasons: [] })
    expect(sweep([given({ health: undefined, thresholds: { upperCaution: 38 } })])).toMatchObject({ sensors: [{ health: 'warning' }], reasons: [{ code: 'above-caution' }] })
  })

  it('does not call the still fan of a host that is off a fault', () => {
    const fan = given({ name: 'Fan 1', kind: 'fan', reading: 0, unit: 'RPM', health: undefined, thresholds: { lowerCritical: 500 } })
    expect(sweep([fan], [], 'off').reasons).toEqual([])
    expect(sweep([fan], [], 'on').reasons).toMatchObject([{ code: 'below-critical', level: 'critical' }])
  })

  it('what is absent has no health', () => expect(sweep([given({ state: 'Absent', reading: undefined, health: 'Critical' })]).sensors[0]!.health).toBe('unknown'))

  it('keeps a reason that no sensor explains, in the words of the BMC, and names the part once', () => {
    expect(sweep([], [{ part: 'Memory', health: 'Warning', message: 'Memory: Warning' }]).reasons).toEqual([
      { level: 'warning', code: 'reported', part: 'Memory', text: 'Warning' },
    ])
    expect(sweep([], [{ part: 'PS2', health: 'Critical', message: 'PS2: Absent, Critical' }]).reasons).toMatchObject([{ part: 'PS2', text: 'Absent, Critical' }])
  })
})

describe('identity over IPMI', () => {
  it('skips what nobody filled in', () => {
    const fru = { product: { manufacturer: 'To be filled by O.E.M.', productName: 'NF5280M6', serialNumber: '0000' }, board: { manufacturer: 'Inspur', serialNumber: 'B77' }, problems: [] }
    expect(toIdentity(undefined, fru, '00:00:00:00:00:00')).toEqual({ manufacturer: 'Inspur', model: 'NF5280M6', serial: 'B77' })
  })
})

describe('log entries that tell of a restart', () => {
  const entry = (sensorType: number, data1: number, changes: object = {}) =>
    ({ kind: 'event', recordId: 5, eventType: 0x6f, isAsserted: true, sensorType, data: [data1, 0xff, 0xff], ...changes }) as unknown as SelRecord
  it.each([
    [entry(0x1d, 0x07), 'system restart initiated'],
    [entry(0x1f, 0x01), 'operating system booted'],
    [entry(0x09, 0x00), 'powered off'],
    [entry(0x09, 0x00, { isAsserted: false }), 'powered on'],
    [entry(0x09, 0x01), 'power cycled'],
    // A fan, an NMI, a threshold of a sensor that happens to have the type 1Dh: none of them is a restart.
    [entry(0x04, 0x01), undefined],
    [entry(0x13, 0x00), undefined],
    [entry(0x1d, 0x07, { eventType: 0x01 }), undefined],
    [entry(0x1d, 0x07, { kind: 'oem' }), undefined],
  ])('%#', (record, words) => expect(toRestartWords(record)).toBe(words))
})

describe('text of a BMC', () => {
  it.each([
    ['CPU\u0000 Temp\n', 'CPU  Temp'],
    ['\u202eevil', 'evil'],
    ['\u001b]52;c;x\u0007', ']52;c;x'],
    ['a\ud800b', 'a\ufffdb'],
    ['x'.repeat(1_000), 'x'.repeat(200)],
  ])('%j', (given, plain) => expect(toPlainText(given)).toBe(plain))
})

describe('checklist 30: the address that is connected to', () => {
  it.each(['127.0.0.1', '::1', '169.254.169.254', '[::1]', '::ffff:127.0.0.1'])('%s is refused when the rule does not allow it', async (address) => {
    await expect(resolveVetted(address, () => false)).rejects.toMatchObject({ kind: 'outside-networks', address })
  })
  it('is the literal that was allowed', async () => expect(await resolveVetted('10.4.0.7', (ip) => ip === '10.4.0.7')).toBe('10.4.0.7'))
  it('of a name is one that is allowed, or none', async () => {
    expect(await resolveVetted('localhost', (ip) => ip === '127.0.0.1')).toBe('127.0.0.1')
    await expect(resolveVetted('localhost', () => false)).rejects.toMatchObject({ kind: 'outside-networks' })
  })
})
