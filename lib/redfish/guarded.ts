import { isSecretKey } from './secret-keys.ts'

/** What opens another door to the BMC, or hands it over: accounts, sessions, certificates and keys, firmware, its whole configuration. */
const GUARDED: readonly [RegExp, string][] = [
  [/^(?:accountservice|accounts?|roles?|ldap\w*|activedirectory\w*|externalaccountproviders?)$/i, 'its accounts'],
  [/^(?:sessionservice|sessions?)$/i, 'its sessions'],
  [/^(?:certificateservice|certificates?|securityservice|secureboot(?:database)?s?|keys?|keyservice|httpscert)$/i, 'its certificates and keys'],
  [/^(?:updateservice|firmwareinventory|softwareinventory)$/i, 'its firmware'],
  [/(?:resettodefaults?|resetfactory|restorefactory|factoryreset|systemconfiguration|importbuffer|\.restore|\.clearrestapistate)/i, 'its whole configuration'],
]

/** Dell and others keep accounts as attributes: `Users.2.Privilege`, `LDAP.1.BindPassword`. */
const ACCOUNT_ATTRIBUTE = /^(?:users?|useradmin|ldap|activedirectory|adgroup|ldaprolegroup)\.\d/i

/**
 * Why a change by hand is guarded: what of the BMC it would change, by the path's segments or the body's keys; undefined when it is not.
 * A list like this cannot be whole. It keeps the plain ways of making oneself at home in a BMC from whoever has only web.
 */
export function toGuarded(path: string, body: unknown): string | undefined {
  const segments = decode(path.split('?', 1)[0] ?? '').split('/')
  const found = GUARDED.find(([pattern]) => segments.some((segment) => pattern.test(segment)))
  if (found !== undefined) return found[1]
  return hasAccountKey(body) ? 'its accounts or secrets' : undefined
}

function hasAccountKey(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(hasAccountKey)
  if (typeof part !== 'object' || part === null) return false
  return Object.entries(part).some(([key, held]) => isSecretKey(key) || ACCOUNT_ATTRIBUTE.test(key) || hasAccountKey(held))
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
