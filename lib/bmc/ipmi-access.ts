import type { EndpointFacts } from '#lib/domain/bmc.ts'
import type { IpmiSettings } from '#lib/domain/ipmi.ts'
import { isInsecure, type CipherSuiteId } from '#lib/domain/ipmi-words.ts'
import { isWeaker } from '#lib/ipmi/cipher-suites.ts'
import type { IpmiTarget } from '#lib/ipmi/connect.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import type { BmcTarget } from './target.ts'

/** How IPMI is spoken with a BMC, beside who we are. */
export type IpmiAccess = Pick<IpmiTarget, 'kg' | 'cipherSuites' | 'leastSuite' | 'privilege' | 'workarounds'>

/** `best`: the best suite that this BMC has done. A suite that does not both encrypt and sign needs its own word, whatever the list says. */
export function toIpmiAccess(settings: IpmiSettings, best: CipherSuiteId | null, kg: Uint8Array | undefined): IpmiAccess {
  const suites = settings.suites?.filter((suite) => settings.insecure || !isInsecure(suite))
  return {
    ...(suites === undefined || suites.length === 0 ? {} : { cipherSuites: suites }),
    ...(best === null ? {} : { leastSuite: best }),
    ...(kg === undefined ? {} : { kg }),
    privilege: settings.privilege,
    workarounds: new Set(settings.workarounds),
  }
}

/** The same after a login with this suite: from then on a weaker one is not enough. */
export function afterLogin(access: IpmiAccess, suite: CipherSuiteId | undefined): IpmiAccess {
  const isBetter = suite !== undefined && (access.leastSuite === undefined || isWeaker(access.leastSuite, suite))
  return isBetter ? { ...access, leastSuite: suite } : access
}

/** What a login has told: with which suite and privilege it went, and which workarounds it found to be needed that nobody asked for. */
export function toLoginFacts(session: Pick<IpmiSession, 'cipherSuiteId' | 'privilege' | 'workarounds'>, { ipmi }: BmcTarget): Pick<EndpointFacts, 'cipherSuiteId' | 'privilege' | 'workarounds'> {
  const found = [...session.workarounds].filter((one) => ipmi?.workarounds?.has(one) !== true)
  return { cipherSuiteId: session.cipherSuiteId, privilege: session.privilege, ...(found.length === 0 ? {} : { workarounds: found }) }
}

export const toIpmiTarget = ({ ip, port, username, password, ipmi }: BmcTarget): IpmiTarget => ({ host: ip, port, username, password, ...ipmi })
