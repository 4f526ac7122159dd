import { describe, expect, it } from 'vitest'
import { shippedFanProfiles } from './fan-catalogue.ts'
import { setsTogether, type FanProfile } from './fan-profile.ts'
import { fillTemplate, toHexText, type FanTemplate, type TemplateValues } from './fan-template.ts'
import { perZone, type ProfileZone } from './ipmi-fan-control.ts'

/**
 * Every packet of every profile as it leaves, network function and command first. Written by hand from the source that stands above each, never
 * from what the code gives: a vector that fails is not edited to pass. Duties are at 50 % unless the line says otherwise.
 */
type Vectors = { modes?: Record<string, string[]>; duty?: string[]; full?: string[]; readMode?: string[]; readDuty?: string[]; switches?: Record<string, string[]>; closed?: true }

const sixteen = (byte: string) => Array.from({ length: 16 }, () => byte).join(' ')
const eight = (byte: string) => Array.from({ length: 8 }, () => byte).join(' ')

const vectors: Record<string, Vectors> = {
  // petersulyok/smfc, src/smfc/generic.py: mode 30 45 01, level 30 70 66 01 zone percent; reads 30 45 00 and 30 70 66 00 zone.
  'supermicro-x10-x13': {
    modes: { standard: ['30 45 01 00'], full: ['30 45 01 01'], optimal: ['30 45 01 02'], pue2: ['30 45 01 03'], 'heavy-io': ['30 45 01 04'] },
    duty: ['30 70 66 01 00 32', '30 70 66 01 01 32'],
    full: ['30 70 66 01 00 64', '30 70 66 01 01 64'],
    readMode: ['30 45 00'],
    readDuty: ['30 70 66 00 00', '30 70 66 00 01'],
  },
  // petersulyok/smfc, src/smfc/genericx9.py: registers 10h to 13h, level * 255 // 100, which is 7Fh for 50 %.
  'supermicro-x9': {
    modes: { standard: ['30 45 01 00'], full: ['30 45 01 01'], optimal: ['30 45 01 02'], 'heavy-io': ['30 45 01 04'] },
    duty: ['30 91 5A 03 10 7F', '30 91 5A 03 11 7F', '30 91 5A 03 12 7F', '30 91 5A 03 13 7F'],
    full: ['30 91 5A 03 10 FF', '30 91 5A 03 11 FF', '30 91 5A 03 12 FF', '30 91 5A 03 13 FF'],
    readMode: ['30 45 00'],
    readDuty: ['30 90 5A 03 10 01', '30 90 5A 03 11 01', '30 90 5A 03 12 01', '30 90 5A 03 13 01'],
  },
  // petersulyok/smfc, src/smfc/genericx14.py (commit 0f856bed), X14OpenBmcPlatform: 2E 04, IANA CF C2 00, operation, zone from 1; duty zone from 0.
  'supermicro-x14-openbmc': {
    modes: {
      automatic: ['2E 04 CF C2 00 01 01 00', '2E 04 CF C2 00 01 02 00', '2E 04 CF C2 00 01 03 00', '2E 04 CF C2 00 01 04 00', '2E 04 CF C2 00 01 05 00'],
      manual: ['2E 04 CF C2 00 01 01 01', '2E 04 CF C2 00 01 02 01', '2E 04 CF C2 00 01 03 01', '2E 04 CF C2 00 01 04 01', '2E 04 CF C2 00 01 05 01'],
    },
    duty: ['30 70 66 01 00 32', '30 70 66 01 01 32', '30 70 66 01 02 32', '30 70 66 01 03 32', '30 70 66 01 04 32'],
    readMode: ['2E 04 CF C2 00 00 01', '2E 04 CF C2 00 00 02', '2E 04 CF C2 00 00 03', '2E 04 CF C2 00 00 04', '2E 04 CF C2 00 00 05'],
    readDuty: ['30 70 66 00 00', '30 70 66 00 01', '30 70 66 00 02', '30 70 66 00 03', '30 70 66 00 04'],
  },
  // petersulyok/smfc, src/smfc/genericx14.py (commit 0f856bed), X14AtenPlatform: BYPASS_ON, BYPASS_OFF, levels as X10 to X13.
  'supermicro-x14-aten': {
    modes: { automatic: ['30 70 66 02 00'], manual: ['30 70 66 02 01'] },
    duty: ['30 70 66 01 00 32', '30 70 66 01 01 32'],
    readDuty: ['30 70 66 00 00', '30 70 66 00 01'],
  },
  // petersulyok/smfc, x10qbi.py and README.md.
  'supermicro-x10qbi': { closed: true },
  'supermicro-x8': { closed: true },
  // tigerblue77/Dell_iDRAC_fan_controller_Docker, functions.sh; AmazingDM/best-ipmi-fan-control src/ipmi.cpp. The switch: dguyton/ufc-public-alpha,
  // dell-idrac-graphics-card-max-fan.md: 05 00 01 00 00 at the end disables.
  'dell-idrac': {
    modes: { automatic: ['30 30 01 01'], manual: ['30 30 01 00'] },
    duty: ['30 30 02 FF 32'],
    full: ['30 30 02 FF 64'],
    switches: {
      'third-party-pcie read': ['30 CE 01 16 05 00 00 00'],
      'third-party-pcie on': ['30 CE 00 16 05 00 00 00 05 00 00 00 00'],
      'third-party-pcie off': ['30 CE 00 16 05 00 00 00 05 00 01 00 00'],
    },
  },
  // tigerblue77/Dell_iDRAC_fan_controller_Docker, issues 346, 349, 350.
  'dell-idrac-closed': { closed: true },
  // zhuysh1988/inspur-ipmi-oem, src/inspur_cmds.cpp: cmd 56h {sensor, mode, value}, two bytes when automatic; cmd 55h {sensor}. Sensor 30h here.
  'inspur-openbmc': { modes: { automatic: ['3C 56 30 01'] }, duty: ['3C 56 30 00 32'], readMode: ['3C 55 30'], readDuty: ['3C 55 30'] },
  // Published scripts for SA5212M5 and NF5280M5 that agree.
  'inspur-ami': { modes: { automatic: ['3C 2F 00'], manual: ['3C 2F 01'] }, duty: ['3C 2D FF 32'], readMode: ['3C 30'], readDuty: ['3C 2E FF'] },
  // One published script.
  'inspur-older': {
    modes: { automatic: ['3A 7A 00'], manual: ['3A 7A 01'] },
    duty: ['3A 78 00 32', '3A 78 02 32', '3A 78 04 32', '3A 78 06 32'],
    readMode: ['3A 7B'],
    readDuty: ['3A 79 00', '3A 79 02', '3A 79 04', '3A 79 06'],
  },
  // One published script for Sugon.
  sugon: { modes: { balance: ['3A 0B 00 01'], silence: ['3A 0B 00 02'], performance: ['3A 0B 00 03'], manual: ['3A 0B 00 00'] }, duty: ['3A 0D FF 32'] },
  // One report from an R4950 G6.
  'h3c-hdm': { modes: { optimal: ['36 03 A2 63 00 60 03 01'] } },
  // openubmc.cn, IPMI interface (30 91, group DB 07 00; timeout 30 as 32 bits, lowest byte first); duty: Huawei's mpctool, fan_controller.py: 2C 15 02 00 percent.
  'huawei-ibmc': { modes: { automatic: ['30 91 DB 07 00 01 00'], manual: ['30 91 DB 07 00 01 01 1E 00 00 00'] }, duty: ['2C 15 02 00 32'], readMode: ['30 91 DB 07 00 02'] },
  // One report from an SR650; duty to 255.
  'lenovo-sr650': { modes: { automatic: ['3A 07 FF 00 00 00 00 00 00 00'] }, duty: ['3A 07 FF 7F 01 00 00 00 00 00'], full: ['3A 07 FF FF 01 00 00 00 00 00'] },
  // dguyton/ufc-public-alpha, ibm-m-servers.md: 3A 07 zone speed override.
  'ibm-system-x': { modes: { automatic: ['3A 07 01 00 00', '3A 07 02 00 00', '3A 07 03 00 00'] }, duty: ['3A 07 01 32 01', '3A 07 02 32 01', '3A 07 03 32 01'] },
  // dguyton/ufc-public-alpha, asrock-ipmi-commands.md (3A D8 and sixteen modes) and asrock-fan-schemas.md (3A D6, 3A D7, 3A D9).
  'asrock-rack': {
    modes: { automatic: [`3A D8 ${sixteen('00')}`], manual: [`3A D8 ${sixteen('01')}`] },
    duty: [`3A D6 ${sixteen('32')}`],
    readMode: ['3A D9'],
    readDuty: ['3A D7'],
  },
  // dguyton/ufc-public-alpha, asrock-fan-schemas.md: 3A 01 and eight duties, 0 for automatic; read 3A 02.
  'asrock-rack-older': { modes: { automatic: [`3A 01 ${eight('00')}`] }, duty: [`3A 01 ${eight('32')}`], readDuty: ['3A 02'] },
  // dguyton/ufc-public-alpha, gigabyte-ipmi-commands.md: "Set all fans to 50% fan duty".
  'gigabyte-ast2500': { modes: { automatic: ['2E 10 0A 3C 00 40 00'] }, duty: ['2E 10 0A 3C 00 40 01 32 FF'] },
  // dguyton/ufc-public-alpha, asus-ipmi-commands.md, styles 1, 2 and 3.
  'asus-kmpp-d32': { modes: { automatic: ['30 30 01 01'], manual: ['30 30 01 00'] }, duty: ['30 30 02 FF 32'] },
  'asus-z11pa-d8': { modes: { automatic: ['30 70 66 00'] }, duty: ['30 70 66 01 32', '30 70 66 02 32'] },
  'asus-c422': { modes: { automatic: ['30 70 66 00'], manual: ['30 70 66 01'] }, duty: [`30 05 01 ${eight('32')}`] },
  // dguyton/ufc-public-alpha, quanta-ipmi-commands.md: two units, then one unit with both numbers off by one.
  'quanta-2u': { duty: ['30 39 01 00 00 32', '30 39 01 00 01 32', '30 39 01 00 02 32', '30 39 01 00 03 32'], full: ['30 39 01 00 00 64', '30 39 01 00 01 64', '30 39 01 00 02 64', '30 39 01 00 03 64'] },
  'quanta-1u': {
    duty: ['30 39 01 10 01 31', '30 39 01 10 02 31', '30 39 01 10 03 31', '30 39 01 10 04 31', '30 39 01 10 05 31', '30 39 01 10 06 31'],
    full: ['30 39 01 10 01 63', '30 39 01 10 02 63', '30 39 01 10 03 63', '30 39 01 10 04 63', '30 39 01 10 05 63', '30 39 01 10 06 63'],
  },
  // dguyton/ufc-public-alpha, tyan documents: FD sets, FF gives back.
  'tyan-s8030': {
    modes: { automatic: ['2E 44 FF 19 00 00 01', '2E 44 FF 19 00 01 01', '2E 44 FF 19 00 02 01', '2E 44 FF 19 00 03 01', '2E 44 FF 19 00 04 01', '2E 44 FF 19 00 05 01'] },
    duty: ['2E 44 FD 19 00 00 01 32', '2E 44 FD 19 00 01 01 32', '2E 44 FD 19 00 02 01 32', '2E 44 FD 19 00 03 01 32', '2E 44 FD 19 00 04 01 32', '2E 44 FD 19 00 05 01 32'],
  },
  // dguyton/ufc-public-alpha, intel-ipmi-commands.md, M20NTP.
  'intel-m20ntp': { modes: { acoustic: ['30 89 FF 40 10 01 01 01 03'], performance: ['30 89 FF 44 10 01 01 01 03'] }, duty: ['30 8C 32'] },
  // HPEDevCom/redfishdocs; shared facts §1.12.
  'hpe-ilo': { closed: true },
}

const fanSensor: ProfileZone[] = [{ id: 'sensor-48', name: 'FAN1', byte: 0x30 }]
const zonesOf = ({ zones }: FanProfile) => (zones === 'fan-sensors' ? fanSensor : zones)

function packets(profile: FanProfile, templates: readonly FanTemplate[], percent?: number): string[] {
  const zones = zonesOf(profile)
  return perZone(templates, zones).map(({ template, zone }) => {
    const values: TemplateValues = { zone: zone?.byte, percent, percents: percent === undefined ? undefined : zones.map(() => percent), timeoutSeconds: profile.timeoutSeconds }
    return toHexText([template.netFn, template.cmd, ...fillTemplate(template, values)])
  })
}

function sent(profile: FanProfile): Vectors {
  const { modes, setDuty, readMode, readDuty, switches } = profile
  const settable = modes.filter((mode) => mode.set !== undefined)
  return {
    ...(profile.closed === undefined ? {} : { closed: true as const }),
    ...(settable.length === 0 ? {} : { modes: Object.fromEntries(settable.map(({ id, set }) => [id, packets(profile, set!)])) }),
    ...(setDuty && { duty: packets(profile, setDuty, 50), full: packets(profile, setDuty, 100) }),
    ...(readMode && { readMode: packets(profile, [readMode.send]) }),
    ...(readDuty && { readDuty: packets(profile, [readDuty.send]) }),
    ...(switches.length === 0 ? {} : { switches: Object.fromEntries(switches.flatMap(({ id, read, on, off }) => [[`${id} read`, packets(profile, [read!.send])], [`${id} on`, packets(profile, on.set)], [`${id} off`, packets(profile, off.set)]])) }),
  }
}

describe('what leaves for the fans', () => {
  it('has a vector for each profile', () => {
    expect(shippedFanProfiles.map(({ id }) => id).toSorted()).toEqual(Object.keys(vectors).toSorted())
  })

  it.each(shippedFanProfiles.map((profile) => [profile.id, profile] as const))('%s', (id, profile) => {
    const { full, ...rest } = sent(profile)
    const { full: wantedFull, ...wanted } = vectors[id]!
    expect(rest).toEqual(wanted)
    if (wantedFull !== undefined) expect(full).toEqual(wantedFull)
  })

  it('never goes below 20 %, and for what is only reported never below 30 %', () => {
    for (const { grade, floorPercent, setDuty } of shippedFanProfiles) if (setDuty !== undefined) expect(floorPercent).toBeGreaterThanOrEqual(grade === 'C' ? 30 : 20)
  })

  it('sets all together only where the makers do', () => {
    expect(shippedFanProfiles.filter(setsTogether).map(({ id }) => id).toSorted()).toEqual(['asrock-rack', 'asrock-rack-older', 'asus-c422'])
  })
})
