import { describe, expect, it } from 'vitest'
import { keepUnread } from '#lib/domain/abilities.ts'
import { capabilities, type Capabilities } from '#lib/domain/bmc.ts'
import { mergeAbilities, withAbilities, withoutDenials } from './abilities.ts'
import { toAbilities } from './redfish-abilities.ts'

const bare: Capabilities = { probedAt: '2026-11-29T00:00:00.000Z', resets: {}, indicator: { can: false } }
const boot = { targets: [], modes: [], lasting: [] }

describe('two protocols', () => {
  it('take the other way for what one lacks, for that function alone', () => {
    const redfish: Capabilities = { ...bare, boot: { can: false, reason: 'not over Redfish', ...boot }, powerCap: { can: true, via: 'redfish' } }
    const ipmi: Capabilities = { ...bare, boot: { can: true, via: 'ipmi', ...boot }, powerCap: { can: true, via: 'ipmi' } }
    expect(mergeAbilities(redfish, ipmi)).toMatchObject({ boot: { can: true, via: 'ipmi' }, powerCap: { via: 'redfish' } })
  })

  it('both say why, where neither can; not known is more than no', () => {
    const redfish: Capabilities = { ...bare, bios: { can: false, reason: 'none linked' }, fans: { can: null, reason: 'untold', values: [] } }
    const ipmi: Capabilities = { ...bare, bios: { can: false, reason: 'IPMI has none' }, fans: { can: false, reason: 'no bytes', values: [] } }
    expect(mergeAbilities(redfish, ipmi)).toMatchObject({ bios: { can: false, reason: 'none linked; IPMI has none' }, fans: { can: null, reason: 'untold; no bytes' } })
  })

  it('the one does not deny what the other could not tell this time', () => {
    const redfish: Capabilities = { ...bare, unread: ['bios', 'boot'] }
    const ipmi: Capabilities = { ...bare, bios: { can: false, reason: 'IPMI has none' }, boot: { can: true, via: 'ipmi', ...boot } }
    const merged = mergeAbilities(redfish, ipmi)
    expect(merged.bios).toBeUndefined()
    expect(merged.boot).toMatchObject({ can: true })
    expect(merged.unread).toEqual(['bios'])
  })

  it('keep the limits of both', () => {
    const one = withAbilities(bare, { abilities: {}, sessions: { via: 'redfish', idleSeconds: 300 }, unread: [] })
    const two = withAbilities(bare, { abilities: {}, sessions: { via: 'ipmi', limit: 4 }, cipherSuites: [3, 17], unread: [] })
    expect(mergeAbilities(one, two)).toMatchObject({ sessions: [{ via: 'redfish' }, { via: 'ipmi' }], cipherSuites: [3, 17] })
  })
})

it('a silent protocol turns the "cannot" of the other into nothing', () => {
  const left = withoutDenials({ ...bare, bios: { can: false }, boot: { can: true, via: 'ipmi', ...boot } })
  expect(left.bios).toBeUndefined()
  expect(left.boot).toBeDefined()
  expect(left.unread).toContain('bios')
  expect(left.unread).not.toContain('boot')
})

it('what was not read stays as it was, and is still said to be unread', () => {
  const known: Capabilities = { ...bare, bios: { can: true, attributes: 7 }, boot: { can: true, ...boot } }
  const kept = keepUnread(known, { ...bare, boot: { can: false, ...boot }, unread: ['bios', 'media'] })
  expect(kept).toMatchObject({ bios: { attributes: 7 }, boot: { can: false }, unread: ['bios', 'media'] })
  expect(kept.media).toBeUndefined()
})

it('a record of an older version parses, and one of this version is what the contract says', () => {
  expect(capabilities.safeParse(bare).success).toBe(true)
  const reading = toAbilities({
    boot: { isOffered: true, enabled: 'Once', target: 'Pxe', mode: 'UEFI', httpUri: undefined, allowedTargets: ['Pxe\u0000\u202e'], allowedModes: [], allowedEnabled: ['Once', 'Disabled'], garbled: [] },
    powerCap: { can: null, reason: 'by trying', failure: undefined, limit: 5, minimum: undefined, maximum: undefined, unit: undefined, isActive: undefined },
    fans: { can: true, reason: undefined, failure: undefined, route: 'oem', name: 'FanMode', values: ['Full'], current: 'Full' },
    unread: undefined,
  })
  expect(reading.abilities.boot).toEqual({ can: true, via: 'redfish', targets: ['Pxe'], modes: ['UEFI'], lasting: ['Once'], current: { lasting: 'Once', target: 'Pxe', mode: 'UEFI' } })
  expect(reading.unread).toEqual(['media', 'bios', 'update', 'events', 'bmcReset'])
  expect(capabilities.safeParse(withAbilities(bare, reading)).success).toBe(true)
})
