import { describe, expect, it } from 'vitest'
import { usualIpmi } from '#lib/domain/ipmi.ts'
import * as words from '#lib/domain/ipmi-words.ts'
import * as suites from '#lib/ipmi/cipher-suites.ts'
import { privilegeLevels } from '#lib/ipmi/rakp.ts'
import { workaroundNames } from '#lib/ipmi/workarounds.ts'
import { afterLogin, toIpmiAccess } from './ipmi-access.ts'

describe('the words of IPMI', () => {
  it('are those of the protocol', () => {
    expect(words.cipherSuiteIds).toEqual(suites.suitesByStrength)
    expect(words.usualSuites).toEqual(suites.usualSuites)
    expect(words.workarounds).toEqual(workaroundNames)
    expect([...words.ipmiPrivileges].sort()).toEqual(Object.keys(privilegeLevels).sort())
  })

  it('call a suite insecure that does not both encrypt and sign, and no other', () => {
    const bare = suites.suitesByStrength.filter((id) => suites.cipherSuites[id].integrity === 0 || suites.cipherSuites[id].confidentiality === 0)
    expect(words.cipherSuiteIds.filter(words.isInsecure)).toEqual(bare)
  })
})

describe('how IPMI is spoken with a node', () => {
  it('is as usual where nobody says otherwise', () => {
    expect(toIpmiAccess(usualIpmi, null, undefined)).toEqual({ privilege: 'administrator', workarounds: new Set() })
  })

  it('leaves out suites that need a word of their own', () => {
    expect(toIpmiAccess({ ...usualIpmi, suites: [8, 0] }, null, undefined).cipherSuites).toEqual([8])
    expect(toIpmiAccess({ ...usualIpmi, suites: [0], insecure: true }, null, undefined).cipherSuites).toEqual([0])
    expect(toIpmiAccess({ ...usualIpmi, suites: [0] }, null, undefined).cipherSuites).toBeUndefined()
  })

  it('asks for no less than the best that was done, which a login can only raise', () => {
    const access = toIpmiAccess(usualIpmi, 3, undefined)
    expect(access.leastSuite).toBe(3)
    expect(afterLogin(access, 17).leastSuite).toBe(17)
    expect(afterLogin(afterLogin(access, 17), 3).leastSuite).toBe(17)
    expect(afterLogin(toIpmiAccess(usualIpmi, null, undefined), 3).leastSuite).toBe(3)
    expect(afterLogin(access, undefined).leastSuite).toBe(3)
  })
})
