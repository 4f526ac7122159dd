import { describe, expect, it } from 'vitest'
import { logEntry } from '#lib/domain/log-entry.ts'
import { inventory } from '#lib/domain/inventory.ts'
import type { DeviceId } from '#lib/ipmi/commands/app.ts'
import { decodeSelRecord } from '#lib/ipmi/sel/record.ts'
import type { LogService } from '#lib/redfish/read-log-services.ts'
import { toLogEntry } from '#lib/redfish/read-log-entry.ts'
import { toEventText } from './event-words.ts'
import { toInventory as toIpmiInventory } from './ipmi-inventory.ts'
import { toEntry as toIpmiEntry } from './ipmi-log.ts'
import { toInventory as toRedfishInventory } from './redfish-inventory.ts'
import { toEntry as toRedfishEntry, toLogReading } from './redfish-log.ts'

const nowMs = Date.UTC(2026, 10, 23, 12)
const fromSel = (hex: string) => logEntry.parse(toIpmiEntry(decodeSelRecord(Buffer.from(hex.replaceAll(' ', ''), 'hex')), [], nowMs))
const service: LogService = { path: '/redfish/v1/Managers/1/LogServices/Sel', name: 'Sel', entries: '/e', capacity: undefined, clearTarget: undefined }
const fromRedfish = (body: object) => logEntry.parse(toRedfishEntry(service, toLogEntry(body, 'last'), nowMs))

describe('IPMI events', () => {
  it('a record with a time', () => {
    // Id 0102h, 2026-05-13T07:48:16Z, BMC, memory, sensor 08h, uncorrectable ECC of module 2.
    expect(fromSel('02 01 02 C0 2C 04 6A 20 00 04 0C 08 6F 31 FF 02')).toEqual({
      key: 'SEL/020102c02c046a2000040c086f31ff02',
      source: 'SEL',
      sourceId: '0102',
      at: '2026-05-13T07:48:16.000Z',
      level: 'critical',
      text: 'Uncorrectable ECC (module 2)',
      sensor: 'Memory 08h',
      asserted: true,
    })
  })

  it.each([
    ['before the clock was set', 'BE 0E 00 00', '3774 s after the start of the BMC'],
    ['in 2038', 'FE FF FF 7F', '2038-01-19T03:14:06.000Z'],
    ['without any', 'FF FF FF FF', undefined],
  ])('a time %s is none, and what the BMC wrote is kept', (_, bytes, bmcTime) => {
    const entry = fromSel(`01 00 02 ${bytes} 20 00 04 1D 00 6F 07 FF FF`)
    expect([entry.at, entry.bmcTime, entry.sensor]).toEqual([null, bmcTime, 'System Boot Initiated'])
  })

  it('a log in local time is made UTC by the offset that it states; what was written before the clock was set has no zone', () => {
    const at = (bytes: string, zoneMinutes: number) => toIpmiEntry(decodeSelRecord(Buffer.from(`010002${bytes}2000041D006F07FFFF`, 'hex')), [], nowMs, zoneMinutes)
    expect(at('C02C046A', 480).at).toBe('2026-05-12T23:48:16.000Z')
    expect(at('C02C046A', -300).at).toBe('2026-05-13T12:48:16.000Z')
    expect(at('C02C046A', 480).key).toBe(at('C02C046A', 0).key)
    expect(at('BE0E0000', 480).bmcTime).toBe('3774 s after the start of the BMC')
  })

  it('a maker’s record stands with its bytes', () => {
    expect(fromSel('07 00 DF C0 2C 04 6A A2 02 00 01 02 03 04 05 06')).toMatchObject({
      text: 'OEM record DFh of manufacturer 674 (01 02 03 04 05 06)',
      raw: '0700dfc02c046aa20200010203040506',
      level: 'ok',
    })
  })

  it('values are in our units', () => {
    const event = { text: 'Upper Critical going high', details: [], trigger: { value: 212, threshold: 194, unit: 'degrees F' } }
    expect(toEventText(event)).toBe('Upper Critical going high: 100 °C, limit 90 °C')
    expect(toEventText({ ...event, trigger: { threshold: 1.1, unit: 'Volts' } })).toBe('Upper Critical going high: limit 1.1 V')
  })
})

describe('Redfish entries', () => {
  it('iDRAC 9 3.15: local time, wrapped fields', () => {
    const body = { Id: '90', Created: '2017-10-25T23:23:24-05:00', Severity: 'Critical', Message: 'The cable is loose.', MessageID: '1ffff', EntryCode: [{ Member: 'Deassert' }], SensorType: [{ Member: 'Cable/Interconnect' }] }
    expect(fromRedfish(body)).toEqual({
      key: '/redfish/v1/Managers/1/LogServices/Sel/90/2017-10-25T23:23:24-05:00',
      source: 'Sel',
      sourceId: '90',
      at: '2017-10-26T04:23:24.000Z',
      level: 'critical',
      severity: 'Critical',
      text: 'The cable is loose.',
      sensor: 'Cable/Interconnect',
      messageId: '1ffff',
      asserted: false,
    })
  })

  it('the same id after a clear is another entry', () => {
    const keys = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'].map((Created) => fromRedfish({ Id: '1', Created, Message: 'm' }).key)
    expect(new Set(keys).size).toBe(2)
  })

  it('iLO: what was repaired is no trouble, and says so', () => {
    expect(fromRedfish({ Id: '1', Message: 'm', Severity: 'OK', Oem: { Hpe: { Severity: 'Repaired', Repaired: true } } })).toMatchObject({ level: 'ok', severity: 'Repaired', resolved: true })
    expect(fromRedfish({ Id: '1', Message: 'm', Severity: 'Warning', Oem: { Hpe: { Severity: 'Caution', Repaired: false } } })).toMatchObject({ level: 'warning', resolved: false })
  })

  it('AMI: bytes become words, and "OK" does not hide an uncorrectable error', () => {
    const ami = (Message: string, SensorType: string) => fromRedfish({ Id: '1', EntryCode: 'Assert', Severity: 'OK', Message, SensorType })
    expect(ami('0x07FFFF', 'Processor')).toMatchObject({ text: 'Presence detected', level: 'ok', raw: '07ffff', asserted: true })
    expect(ami('0x31FF02', 'Memory')).toMatchObject({ text: 'Uncorrectable ECC (module 2)', level: 'critical', severity: 'OK' })
    expect(ami('0x06FFFF', 'BaseOSBoot/InstallationStatus').text).toBe('Boot completed - device not specified')
    expect(ami('0x07FFFF', 'Chassis')).toMatchObject({ text: '0x07FFFF', raw: '07ffff' })
  })

  it('Supermicro X10: no severity, so the event’s own; its sentence stays', () => {
    const RawEventData = { EventDirAndType: '0x6F', SensorType: '0x0C', EventData1: '0xA0', EventData2: '0x2A', EventData3: '0x80' }
    expect(fromRedfish({ Id: '1', Message: '[ OEM ] Correctable ECC @DIMMB1', Oem: { Supermicro: { RawEventData } } })).toMatchObject({
      text: '[ OEM ] Correctable ECC @DIMMB1',
      level: 'warning',
      asserted: true,
    })
  })

  it.each(['1970-03-18T12:06:05+00:00', '2038-01-19T03:14:07Z', 'yesterday'])('%s is no time', (Created) => {
    expect(fromRedfish({ Id: '1', Created, Message: 'm' })).toMatchObject({ at: null, bmcTime: Created })
  })

  it('text is one bounded line without marks', () => {
    const { text } = fromRedfish({ Id: '1', Message: `a\u202e\nb\u0000${'x'.repeat(5_000)}` })
    expect(text.length).toBeLessThanOrEqual(500)
    expect(text).toMatch(/^a +b x/)
    expect(fromRedfish({ Id: '1' }).text).toBe('an entry without words')
  })

  it('a log that failed says why', () => {
    const failure = new Error('10.0.4.7:443: GET /e failed with status 500')
    const given = { services: [{ service, entries: [], wasCleared: false, isComplete: false, failures: [failure as never] }], cursors: {}, failures: [] }
    expect(toLogReading(given, nowMs)).toEqual({
      entries: [],
      cursor: null,
      sources: [{ name: 'Sel', wasCleared: false, isComplete: false, canClear: false, failure: failure.message }],
    })
  })
})

describe('inventory', () => {
  const device = { firmwareRevision: '4.26', manufacturerId: 37945, productId: 514 } as DeviceId

  it('the builtin FRU is the node itself, others are FRUs; a bad checksum is said', () => {
    const builtin = {
      product: { manufacturer: 'DELL', productName: 'PowerEdge R640', serialNumber: '1DJDLN2', assetTag: '  ' },
      board: { manufacturer: 'DELL', productName: 'PowerEdge R640', serialNumber: 'CNIVC007CT0227', manufacturedAt: new Date('2017-12-31T10:34:00Z') },
      problems: ['wrong checksum of the board area'],
    }
    const supply = { board: { manufacturer: 'DELL', productName: 'PWR SPLY,750W', serialNumber: 'PH1', partNumber: '0Y9VFC' }, problems: [] }
    const reading = [
      { name: 'Builtin FRU', fru: builtin },
      { name: 'PS1', fru: supply },
      { name: 'PS1', fru: { ...supply, board: { ...supply.board, serialNumber: 'PH2' } } },
      { name: 'Empty', fru: { problems: [] } },
    ]
    expect(inventory.parse(toIpmiInventory(reading, device))).toEqual({
      parts: [
        { kind: 'system', slot: 'System', name: 'PowerEdge R640', manufacturer: 'DELL', model: 'PowerEdge R640', serial: '1DJDLN2' },
        {
          kind: 'board',
          slot: 'Board',
          name: 'PowerEdge R640',
          manufacturer: 'DELL',
          model: 'PowerEdge R640',
          serial: 'CNIVC007CT0227',
          manufacturedAt: '2017-12-31T10:34:00.000Z',
          faults: ['wrong checksum of the board area'],
        },
        { kind: 'fru', slot: 'PS1', name: 'PS1', manufacturer: 'DELL', model: 'PWR SPLY,750W', serial: 'PH1', partNumber: '0Y9VFC' },
        { kind: 'fru', slot: 'PS1 #2', name: 'PS1', manufacturer: 'DELL', model: 'PWR SPLY,750W', serial: 'PH2', partNumber: '0Y9VFC' },
        { kind: 'bmc', slot: 'BMC', name: 'BMC', firmware: '4.26', model: 'product 514', manufacturer: 'IANA 37945' },
      ],
      sections: { system: 'read', chassis: 'read', board: 'read', fru: 'read', bmc: 'read' },
      absent: {},
    })
  })

  it('a FRU that could not be read makes the section partial, a missing builtin one is not told', () => {
    expect(toIpmiInventory([{ name: 'PS1', fru: undefined }], undefined).sections).toEqual({ fru: 'partial' })
    expect(toIpmiInventory([{ name: 'Builtin FRU', fru: undefined }], undefined).sections).toMatchObject({ system: 'failed', fru: 'partial' })
  })

  it('Redfish parts without what is missing', () => {
    const given = { parts: [{ kind: 'memory', slot: 'DIMM A1', name: '', serial: 'S1', model: undefined, health: 'Warning' } as const], sections: { memory: 'read' } as const, absent: { memory: 3 }, failures: [] }
    expect(inventory.parse(toRedfishInventory(given))).toEqual({
      parts: [{ kind: 'memory', slot: 'DIMM A1', name: 'DIMM A1', serial: 'S1', health: 'warning' }],
      sections: { memory: 'read' },
      absent: { memory: 3 },
    })
  })
})
