import { type FanBank, fanCount } from '../fans.ts'
import type { MakeName } from '../makes.ts'
import { sensorModels } from '../sensors.ts'
import { refusal, type FanFamily, type FanRule, type Refusal } from './fan-rules.ts'
import { completion } from './served-command.ts'

const { invalidCommand, invalidData, outOfRange, insufficientPrivilege, notInThisState } = completion

const giveAll = (bank: FanBank) => bank.give()
/** A duty that is forgotten while the mode is not: the fans go to full. */
const forgetDuty = (bank: FanBank) => {
  if (bank.isHeld()) bank.take(100)
}

/** Two zones over the six fans of the machine. */
const zones: readonly (readonly number[])[] = [[0, 1, 2, 3], [4, 5]]
const pairs: readonly (readonly number[])[] = [[0, 1], [2, 3], [4, 5]]
const allFans = 0xff
const fansOf = (id: number): readonly number[] | undefined => (id === allFans ? undefined : [id])

/** Sets what stands still; a BMC that steers overwrites a duty within a moment. */
function put(bank: FanBank, percent: number, fans: readonly number[] | undefined): void | Refusal {
  if (percent > 100) return refusal(invalidData)
  if (bank.isHeld(fans?.[0])) bank.take(percent, fans)
}

/** Sets a duty with which the mode comes along. */
function takeAt(bank: FanBank, percent: number, fans: readonly number[] | undefined, least = 0): void | Refusal {
  if (percent > 100 || percent < least) return refusal(invalidData)
  bank.take(percent, fans)
}

/** The words of Supermicro's modes, in the order of their numbers. */
export const supermicroModes = ['Standard', 'FullSpeed', 'Optimal', 'PUE2', 'HeavyIO'] as const
const full = 1

const automaticMode = (bank: FanBank): number => Math.max(0, supermicroModes.indexOf(bank.word as never))
export const supermicroMode = (bank: FanBank): number => (bank.isHeld() ? full : automaticMode(bank))

export function setSupermicroMode(bank: FanBank, mode: number): void | Refusal {
  const word = supermicroModes[mode]
  if (word === undefined) return refusal(outOfRange)
  if (mode === full) return bank.take(100)
  bank.word = word
  bank.give()
}

const supermicroModeRules: readonly FanRule[] = [
  ['30 45 00', (bank) => [supermicroMode(bank)]],
  ['30 45 01 ..', (bank, [mode]) => setSupermicroMode(bank, mode!)],
]
const readZone: FanRule = ['30 70 66 00 ..', (bank, [zone]) => (zones[zone!] === undefined ? refusal(invalidData) : [bank.duty(zones[zone!]![0]!)])]
const writeZone: FanRule = ['30 70 66 01 .. ..', (bank, [zone, percent]) => (zones[zone!] === undefined ? refusal(invalidData) : put(bank, percent!, zones[zone!]))]

/** Zone registers of the X9: 10h and 11h of this board. */
const x9Zone = (register: number) => zones[register - 0x10]

/** Dell's, and what others have taken over from it. */
const dellRules: readonly FanRule[] = [
  ['30 30 01 00', (bank) => bank.freeze()],
  ['30 30 01 01', giveAll],
  ['30 30 02 .. ..', (bank, [fan, percent]) => put(bank, percent!, fansOf(fan!))],
]
const pcie = 'third-party-pcie'

const sensorOfFan1 = sensorModels().find(({ kind }) => kind === 'fan')!.number
const fanOfSensor = (sensor: number) => (sensor >= sensorOfFan1 && sensor < sensorOfFan1 + fanCount ? sensor - sensorOfFan1 : undefined)

/** The manual mode of a Huawei ends after so many minutes; 0: never. */
const huawei = [0xdb, 0x07, 0x00]
const minuteMs = 60_000
const toTimeoutMs = (bytes: readonly number[]) => Buffer.from(bytes).readUInt32LE(0) * minuteMs

const places = (count: number) => Array.from({ length: count }, () => '..').join(' ')
/** ASRock Rack's floor. */
const asrockLeast = 20
const takePlaces = (bank: FanBank, duties: readonly number[]): void => duties.forEach((percent, fan) => (percent === 0 ? bank.give([fan]) : bank.take(Math.max(asrockLeast, percent), [fan])))
const dutiesOf = (bank: FanBank, count: number) => Array.from({ length: count }, (_, fan) => (fan < bank.count ? bank.duty(fan) : 0))

/**
 * How firmware families take their fans. Written from the sources that shared/vendors.md §1 names, apart from the product's profiles: that both say
 * the same bytes is what the tests look at.
 */
export const fanFamilies = {
  /** No way to the fans over IPMI: HPE (vendors.md §1.12), OpenBMC proper (§1.13). */
  none: { rules: [], refusesWith: invalidCommand, afterRestart: giveAll },
  /** petersulyok/smfc, generic.py. */
  'supermicro-x12': { rules: [...supermicroModeRules, readZone, writeZone], refusesWith: invalidData, afterRestart: forgetDuty },
  /** petersulyok/smfc, genericx9.py. */
  'supermicro-x9': {
    rules: [
      ...supermicroModeRules,
      ['30 90 5A 03 .. 01', (bank, [register]) => (x9Zone(register!) === undefined ? refusal(invalidData) : [Math.floor((bank.duty(x9Zone(register!)![0]!) * 255) / 100)])],
      ['30 91 5A 03 .. ..', (bank, [register, value]) => (x9Zone(register!) === undefined ? refusal(invalidData) : put(bank, Math.round((value! * 100) / 255), x9Zone(register!)))],
    ],
    refusesWith: invalidData,
    afterRestart: forgetDuty,
  },
  /** petersulyok/smfc, genericx14.py, X14OpenBmcPlatform: manual zones count from 1, duties from 0, up to five of which are answered. */
  'supermicro-x14-openbmc': {
    rules: [
      ['30 45 00', (bank) => [bank.registers.get('mode') ?? 0]],
      ['30 45 01 ..', (bank, [mode]) => void (bank.registers.set('mode', mode!), bank.give())],
      ['2E 04 CF C2 00 00 ..', (bank, [zone]) => (zones[zone! - 1] === undefined ? refusal(outOfRange) : [0xcf, 0xc2, 0x00, bank.isHeld(zones[zone! - 1]![0]) ? 1 : 0])],
      ['2E 04 CF C2 00 01 .. ..', (bank, [zone, on]) => {
        const fans = zones[zone! - 1]
        if (fans === undefined) return refusal(outOfRange)
        if (on === 1) bank.freeze(fans)
        else bank.give(fans)
        return [0xcf, 0xc2, 0x00]
      }],
      ['30 70 66 00 ..', (bank, [zone]) => (zone! > 4 ? refusal(outOfRange) : [bank.duty(zones[zone!]?.[0] ?? 0)])],
      ['30 70 66 01 .. ..', (bank, [zone, percent]) => (zone! > 4 ? refusal(outOfRange) : zones[zone!] === undefined ? undefined : put(bank, percent!, zones[zone!]))],
      ['30 70 66 02 00', giveAll],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** petersulyok/smfc, genericx14.py, X14AtenPlatform: one switch for all zones, which cannot be read. */
  'supermicro-x14-aten': {
    rules: [['30 45 00', (bank) => [automaticMode(bank)]], ['30 70 66 02 01', (bank) => bank.freeze()], ['30 70 66 02 00', giveAll], readZone, writeZone],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** tigerblue77/Dell_iDRAC_fan_controller_Docker; the switch: dguyton/ufc-public-alpha, dell-idrac-graphics-card-max-fan.md. */
  'dell-idrac8': {
    rules: [
      ...dellRules,
      ['30 CE 01 16 05 00 00 00', (bank) => [0x16, 0x05, 0, 0, 0, 0x05, 0, bank.registers.get(pcie) ?? 0, 0, 0]],
      ['30 CE 00 16 05 00 00 00 05 00 .. 00 00', (bank, [off]) => void bank.registers.set(pcie, off!)],
    ],
    refusesWith: invalidData,
    afterRestart: forgetDuty,
  },
  /** The same, issues 346 and 349: from iDRAC 3.34.34.34 on everything is answered with D4h, 30 CE with C1h. */
  'dell-idrac9-closed': { rules: [['30 30 01 00', () => refusal(insufficientPrivilege)]], refusesWith: insufficientPrivilege, afterRestart: giveAll },
  /** Published scripts for SA5212M5 and NF5280M5. */
  'inspur-ami': {
    rules: [
      ['3C 2F 01', (bank) => bank.freeze()],
      ['3C 2F 00', giveAll],
      ['3C 30', (bank) => [bank.isHeld() ? 1 : 0]],
      ['3C 2D .. ..', (bank, [fan, percent]) => put(bank, percent!, fansOf(fan!))],
      ['3C 2E ..', (bank, [fan]) => [bank.duty(fan === allFans ? 0 : fan!)]],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** One published script; fans are told by 0, 2, 4 and 6. */
  'inspur-older': {
    rules: [
      ['3A 7A 01', (bank) => bank.freeze()],
      ['3A 7A 00', giveAll],
      ['3A 7B', (bank) => [bank.isHeld() ? 1 : 0]],
      ['3A 78 .. ..', (bank, [id, percent]) => (id! % 2 === 1 || id! > 6 ? refusal(outOfRange) : put(bank, percent!, [id! / 2]))],
      ['3A 79 ..', (bank, [id]) => (id! % 2 === 1 || id! > 6 ? refusal(outOfRange) : [bank.duty(id! / 2)])],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** zhuysh1988/inspur-ipmi-oem, src/inspur_cmds.cpp: two bytes for automatic, three for manual, any other length is refused. */
  'inspur-openbmc': {
    rules: [
      ['3C 55 ..', (bank, [sensor]) => {
        const fan = fanOfSensor(sensor!)
        return fan === undefined ? refusal(invalidCommand) : [bank.isHeld(fan) ? 0 : 1, bank.duty(fan)]
      }],
      ['3C 56 .. 01', (bank, [sensor]) => (fanOfSensor(sensor!) === undefined ? refusal(invalidCommand) : bank.give([fanOfSensor(sensor!)!]))],
      ['3C 56 .. 00 ..', (bank, [sensor, percent]) => (fanOfSensor(sensor!) === undefined ? refusal(invalidCommand) : takeAt(bank, percent!, [fanOfSensor(sensor!)!]))],
    ],
    refusesWith: invalidCommand,
    afterRestart: giveAll,
  },
  /** One published script for Sugon. */
  sugon: {
    rules: [
      ['3A 0B 00 00', (bank) => bank.freeze()],
      ['3A 0B 00 ..', (bank, [mode]) => {
        const word = ['Balance', 'Silence', 'Performance'][mode! - 1]
        if (word === undefined) return refusal(invalidData)
        bank.word = word
        bank.give()
      }],
      ['3A 0D .. ..', (bank, [fan, percent]) => put(bank, percent!, fansOf(fan!))],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** One report from an R4950 G6. */
  'h3c-hdm': {
    rules: [['36 03 A2 63 00 60 03 01', (bank) => {
      bank.word = 'Optimal'
      bank.give()
      return [0xa2, 0x63, 0x00]
    }]],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** openubmc.cn, IPMI interface: the timeout in minutes, as the document has it; duty: Huawei's mpctool. */
  'huawei-ibmc': {
    rules: [
      ['30 91 DB 07 00 01 00', (bank) => (bank.give(), huawei)],
      ['30 91 DB 07 00 01 01 .. .. .. ..', (bank, timeout) => (bank.freeze(undefined, toTimeoutMs(timeout) || Infinity), huawei)],
      ['30 91 DB 07 00 02', (bank) => [...huawei, bank.isHeld() ? 1 : 0]],
      ['2C 15 02 00 ..', (bank, [percent]) => (bank.isHeld() ? put(bank, percent!, undefined) : refusal(notInThisState))],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** One report from an SR650: duties to 255, none below 30 %. */
  'lenovo-sr650': {
    rules: [
      ['3A 07 FF 00 00 00 00 00 00 00', giveAll],
      ['3A 07 FF .. 01 00 00 00 00 00', (bank, [value]) => (value === 0 ? bank.give() : takeAt(bank, Math.round((value! * 100) / 255), undefined, 30))],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, ibm-m-servers.md: zone, speed, override; zones are pairs. */
  'ibm-system-x': {
    rules: [['3A 07 .. .. ..', (bank, [zone, percent, override]) => {
      const fans = pairs[zone! - 1]
      if (fans === undefined) return refusal(outOfRange)
      return override === 1 && percent !== 0 ? takeAt(bank, percent!, fans) : bank.give(fans)
    }]],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, asrock-ipmi-commands.md, asrock-fan-schemas.md: sixteen places at once. */
  'asrock-16': {
    rules: [
      [`3A D8 ${places(16)}`, (bank, modes) => modes.forEach((mode, fan) => (mode === 1 ? bank.freeze([fan]) : bank.give([fan])))],
      ['3A D9', (bank) => Array.from({ length: 16 }, (_, fan) => (bank.isHeld(fan) ? 1 : 0))],
      [`3A D6 ${places(16)}`, (bank, duties) => duties.forEach((percent, fan) => bank.isHeld(fan) && bank.take(Math.max(asrockLeast, percent), [fan]))],
      ['3A D7', (bank) => dutiesOf(bank, 16)],
      ['3A DC', giveAll],
    ],
    refusesWith: completion.wrongLength,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, asrock-fan-schemas.md: eight places, 0 for automatic. */
  'asrock-8': {
    rules: [[`3A 01 ${places(8)}`, takePlaces], ['3A 02', (bank) => dutiesOf(bank, 8)]],
    refusesWith: completion.wrongLength,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, gigabyte-ipmi-commands.md. */
  gigabyte: {
    rules: [
      ['2E 10 0A 3C 00 40 00', (bank) => (bank.give(), [0x0a, 0x3c, 0x00])],
      ['2E 10 0A 3C 00 40 01 .. ..', (bank, [percent, fan]) => takeAt(bank, percent!, fansOf(fan!)) ?? [0x0a, 0x3c, 0x00]],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, asus-ipmi-commands.md, styles 1 to 3. */
  'asus-kmpp-d32': { rules: dellRules, refusesWith: invalidData, afterRestart: giveAll },
  'asus-z11pa-d8': {
    rules: [['30 70 66 00', giveAll], ['30 70 66 .. ..', (bank, [zone, percent]) => (zones[zone! - 1] === undefined ? refusal(outOfRange) : takeAt(bank, percent!, zones[zone! - 1]))]],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  'asus-c422': {
    rules: [
      ['30 70 66 00', giveAll],
      ['30 70 66 01', (bank) => bank.freeze()],
      [`30 05 01 ${places(8)}`, (bank, duties) => (bank.isHeld() ? duties.forEach((percent, fan) => bank.take(percent, [fan])) : undefined)],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, quanta-ipmi-commands.md: forgotten when the machine starts anew, and no command gives them back. */
  'quanta-2u': { rules: [['30 39 01 00 .. ..', (bank, [fan, percent]) => (fan! >= 4 ? refusal(outOfRange) : takeAt(bank, percent!, [fan!]))]], refusesWith: invalidData, afterRestart: giveAll },
  'quanta-1u': { rules: [['30 39 01 10 .. ..', (bank, [fan, percent]) => (fan! < 1 || fan! > 6 ? refusal(outOfRange) : takeAt(bank, percent! + 1, [fan! - 1]))]], refusesWith: invalidData, afterRestart: giveAll },
  /** dguyton/ufc-public-alpha, tyan documents: FD sets, FE reads, FF gives back. */
  'tyan-s8030': {
    rules: [
      ['2E 44 FD 19 00 .. 01 ..', (bank, [fan, percent]) => takeAt(bank, percent!, [fan!])],
      ['2E 44 FE 19 00 .. 01', (bank, [fan]) => [bank.duty(fan!)]],
      ['2E 44 FF 19 00 .. 01', (bank, [fan]) => bank.give([fan!])],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
  /** dguyton/ufc-public-alpha, intel-ipmi-commands.md, M20NTP. */
  'intel-m20ntp': {
    rules: [
      ['30 8C ..', (bank, [percent]) => takeAt(bank, percent!, undefined)],
      ['30 8D', (bank) => dutiesOf(bank, bank.count)],
      ['30 89 FF 40 10 01 01 01 03', giveAll],
      ['30 89 FF 44 10 01 01 01 03', giveAll],
    ],
    refusesWith: invalidData,
    afterRestart: giveAll,
  },
} as const satisfies Record<string, FanFamily>

export type FanFamilyName = keyof typeof fanFamilies
export const fanFamilyNames = Object.keys(fanFamilies) as FanFamilyName[]

/** What each make of the rack has where its plan names nothing else: those that a grade C profile is all that is known of as well. */
export const usualFamilies: Record<MakeName, FanFamilyName> = {
  supermicro: 'supermicro-x12',
  inspur: 'inspur-ami',
  h3c: 'h3c-hdm',
  nettrix: 'sugon',
  xfusion: 'huawei-ibmc',
  dell: 'dell-idrac9-closed',
  hpe: 'none',
  lenovo: 'lenovo-sr650',
  gigabyte: 'gigabyte',
  openbmc: 'none',
}

export const familyOf = (name: FanFamilyName): FanFamily => fanFamilies[name]
