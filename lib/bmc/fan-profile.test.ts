import { describe, expect, it } from 'vitest'
import { compareVersions, shippedFanProfiles, toCandidates } from './fan-catalogue.ts'
import { parseFanProfile } from './fan-profile.ts'
import { fillTemplate, parseTemplate } from './fan-template.ts'

const good = {
  id: 'own',
  name: 'Our own',
  grade: 'C',
  source: 'tried here',
  match: { manufacturerIds: [4242] },
  modes: [{ id: 'automatic', name: 'Automatic', kind: 'automatic', set: ['3A 10 00'] }],
  automatic: 'automatic',
  zones: [{ id: 'all', name: 'All', byte: 'FF' }],
  setDuty: ['3A 11 {zone} {percent}'],
}
const problemsOf = (change: object) => {
  const parsed = parseFanProfile({ ...good, ...change })
  return 'problems' in parsed ? parsed.problems.join('; ') : 'none'
}

describe('a template', () => {
  it.each([
    ['00 02 03', 'network function 00h'], // Chassis Control
    ['06 47 02 02 41', 'network function 06h'], // Set User Password
    ['0A 12 00 00', 'network function 0Ah'], // Write FRU
    ['0C 01 01', 'network function 0Ch'], // Set LAN Configuration
    ['2C 04 DC 00', 'a group other than DCMI'], // DCMI Set Power Limit
    ['2C 04 {zone}', 'a group other than DCMI'],
    ['2C 04', 'a group other than DCMI'],
    ['31 45 00', 'network function 31h'], // a response
    ['{zone} 45', 'must begin with two bytes'],
    ['30 {percent}', 'must begin with two bytes'],
    ['30', 'needs a network function'],
    ['30 45 1', 'neither a hexadecimal byte'],
    ['30 45  00', 'neither a hexadecimal byte'],
    ['30 45 {speed}', 'neither a hexadecimal byte'],
    ['30 45 0x00', 'neither a hexadecimal byte'],
    [`30 45 ${'00 '.repeat(40).trim()}`, 'longer than 40'],
  ])('%s is refused: %s', (text, why) => {
    expect(parseTemplate(text)).toEqual(expect.stringContaining(why))
  })

  it.each([
    ['a duty over 100', { zone: 1, percent: 101 }],
    ['a negative duty', { zone: 1, percent: -1 }],
    ['no number', { zone: 1, percent: Number.NaN }],
    ['a zone that is no byte', { zone: 256, percent: 50 }],
    ['nothing', {}],
  ])('is not filled with %s', (_, values) => {
    const template = parseTemplate('30 70 66 01 {zone} {percent}')
    expect(() => fillTemplate(template as Exclude<typeof template, string>, values)).toThrow(RangeError)
  })
})

describe('a profile of a file', () => {
  it('is taken as it stands, with what it does not say', () => {
    expect(parseFanProfile(good)).toMatchObject({ profile: { id: 'own', floorPercent: 20, reassertSeconds: 60, absentOn: [0xc1, 0xd4, 0xcc, 0xc9] } })
  })

  it.each([
    ['a byte too few', { setDuty: ['3A'] }, 'setDuty.0: needs a network function'],
    ['a command to the chassis', { setDuty: ['00 02 {percent}'] }, 'setDuty.0: has the network function 00h'],
    ['a field that nobody knows', { speed: 3 }, 'speed'],
    ['a mode that is not there', { automatic: 'quiet' }, 'automatic: names no mode'],
    ['a duty in a mode', { modes: [{ ...good.modes[0], set: ['3A 10 {percent}'] }] }, 'the file: a duty may stand only in setDuty'],
    ['no place for a duty', { setDuty: ['3A 11 {zone}'] }, 'setDuty: has no place for a duty'],
    ['no zones', { zones: [] }, 'zones: must not be empty'],
    ['one id twice', { zones: [good.zones[0], good.zones[0]] }, 'zones: has one id twice'],
    ['a timeout that is nowhere', { timeoutSeconds: 30 }, 'timeoutSeconds: and {timeout} go only together'],
    ['an end that has no time', { vanish: { kind: 'expires', rescues: null } }, 'vanish.seconds: and "expires" go only together'],
    ['a floor that is none', { floorPercent: -5 }, 'floorPercent'],
    ['no manufacturer', { match: { manufacturerIds: [] } }, 'match.manufacturerIds'],
    ['a closed one with bytes', { closed: 'no' }, 'closed: stands only in a profile without'],
  ])('with %s names the field', (_, change, why) => {
    expect(problemsOf(change)).toContain(why)
  })

  it('is nothing but an object', () => {
    for (const json of [null, 3, 'x', [], [good]]) expect(parseFanProfile(json)).toHaveProperty('problems')
  })
})

describe('which profile is meant', () => {
  const ids = (subject: { manufacturerId: number; productId?: number; firmware?: string; names?: string[] }) =>
    toCandidates(shippedFanProfiles, { productId: 0, firmware: '1.00', names: [], ...subject }).map(({ id }) => id)

  it.each([
    ['a Supermicro X11', { manufacturerId: 10876, names: ['X11DPH-T'] }, ['supermicro-x10-x13']],
    ['a Supermicro X9', { manufacturerId: 10876, names: ['Super X9DRi-F'] }, ['supermicro-x9']],
    ['an X14, whose firmware has to be asked', { manufacturerId: 10876, names: ['X14SBW-TF'] }, ['supermicro-x14-aten', 'supermicro-x14-openbmc']],
    ['the one X10 that is different', { manufacturerId: 10876, names: ['X10QBi'] }, ['supermicro-x10qbi']],
    ['a Supermicro without a board name', { manufacturerId: 10876 }, []],
    ['a Dell 13G', { manufacturerId: 674, firmware: '2.86' }, ['dell-idrac']],
    ['a Dell 14G that is still open', { manufacturerId: 674, firmware: '3.30' }, ['dell-idrac']],
    ['a Dell 14G that is not', { manufacturerId: 674, firmware: '3.34' }, ['dell-idrac-closed']],
    ['a Dell of today', { manufacturerId: 674, firmware: '7.10' }, ['dell-idrac-closed']],
    ['an Inspur NF5280M5', { manufacturerId: 37945, productId: 514 }, ['inspur-openbmc', 'inspur-ami', 'inspur-older']],
    ['another Inspur', { manufacturerId: 37945, productId: 3 }, ['inspur-openbmc', 'inspur-older']],
    ['nobody that is known', { manufacturerId: 1 }, []],
  ])('%s', (_, subject, expected) => {
    expect(ids(subject).toSorted()).toEqual(expected.toSorted())
  })

  it('versions are compared by their numbers', () => {
    expect(compareVersions('3.4', '3.30')).toBeLessThan(0)
    expect(compareVersions('3.30.30.30', '3.30')).toBe(0)
    expect(compareVersions('10.1', '9.9')).toBeGreaterThan(0)
  })
})
