import { isSecretKey } from '../secret-keys.ts'

/** What about a machine, its owner or its network a recording must not tell. */
export type MaskKind = 'serial' | 'asset' | 'uuid' | 'mac' | 'address' | 'host' | 'user' | 'contact' | 'secret' | 'certificate' | 'storageId'

/** By the property's name; the first that fits. Names are those of DSP0268 and of the vendors' own attributes (Dell `IPv4.1.Address`). */
const KEYS: readonly [MaskKind, RegExp][] = [
  ['certificate', /^(?:certificate_?string|csr_?string|(?:ssh_?)?public_?key|.*finger_?print|.*thumb_?print|certificate(?:_?hash)?)$/i],
  ['serial', /serial(?:_?(?:number|no|num))?$|(?:service|svc)_?tag$|^express_?svc_?code$|^express_?service_?code$|^(?:ppin|protectedidentificationnumber|identifyingnumber|node_?id|entitlement_?id)$/i],
  ['asset', /asset_?(?:tag|number|id)$|^property_?tag$/i],
  ['storageId', /wwpn|wwnn|^wwn$|^world_?wide|durable_?name$|^(?:naa|eui(?:64)?|nguid|iqn|nqn)$|sas_?address(?:es)?$|(?:initiator|target)_?name$/i],
  ['uuid', /(?:uuid|guid)$|^globallyuniqueidentifier$|^serviceidentification$/i],
  ['mac', /mac_?addr(?:ess(?:es)?)?$|^mac$|^permanentaddress$/i],
  ['user', /user_?name$|^(?:login_?name|account_?name|bind_?dn|bind_?distinguished_?name)$/i],
  ['contact', /e_?mail|phone|^(?:.*contact(?:_?name)?|admin(?:istrator)?_?name|building|room(?:_?name)?|street|house_?number|postal_?code|city|company|organization(?:alunit)?|department|data_?cent(?:er|re)(?:_?name)?|aisle(?:_?name)?|rack_?name|site(?:_?name)?)$/i],
  ['host', /host_?name$|^(?:fqdn|.*dns.*name|server_?name|computer_?name|domain_?name|search_?domains?|common_?name)$/i],
  ['address', /address(?:es)?$|gateway\d*$|name_?servers?$|^(?:static_?)?(?:dns|ntp)(?:_?servers?)?\d*$|(?:ntp|dns|syslog|smtp|ldap|radius)_?servers?(?:_?address)?\d*$|^ip(?:v[46])?$|^(?:destination|server\d*|remote_?host|origin|client_?origin_?ip_?address)$/i],
]

/** Objects in which every text is about people or places (DSP0268 Location). */
const ABOUT_PLACES = /^(?:postaladdress|contacts?|placement)$/i

/** What of this kind a property of this name holds; `within` is the name of the object it stands in. Annotations (`@odata.id`) have none. */
export function kindOfKey(key: string, within: string): MaskKind | undefined {
  if (key.includes('@')) return undefined
  if (isSecretKey(key)) return 'secret'
  const name = key.slice(key.lastIndexOf('.') + 1)
  const found = KEYS.find(([, pattern]) => pattern.test(name))
  return found?.[0] ?? (ABOUT_PLACES.test(within) ? 'contact' : undefined)
}

/** Properties whose numbers with dots are versions, however much they look like addresses (Dell 3.15.15.15). */
export const isVersionKey = (key: string): boolean => /version|firmware|revision|driver|release|build|bios|package/i.test(key)

const PLACEHOLDER =
  /^(?:n\/?a|yes|no|true|false|on|off|(?:en|dis)abled?|none|null|unknown|undefined|empty|not (?:specified|available|applicable|present|set|provided)|no .*|default string|to be filled.*|(?:system|chassis|base ?board|board|product|part).{0,3}(?:serial|asset|number).*|0?x?[0-9. :-]{0,2}|[0x. :*_-]+|[f:-]+|localhost(?:\.localdomain)?|0?123456789\d?)$/i
/** Accounts that every maker has: their names tell nothing. */
const COMMON_USER = /^(?:root|admin|administrator|adm|user|operator|guest|anonymous|system|hostuser|oem|readonly|service|sysadmin|userid|none|\(none\))$/i
/** A setting and no number: `Enabled`, `Not Supported`. */
const PLAIN_WORDS = /^[A-Z]?[a-z]+(?:[ /-][A-Za-z]+)*$/

/** What a thing is called by its maker; it is never taken for somebody's name. */
export const isMakerKey = (key: string): boolean => /^(?:manufacturer|vendor|model|product|producttype|brand)(?:name)?$/i.test(key)

/** Does the value say anything? Placeholders, and words where a number should be, stay as they are. */
export function isTelling(kind: MaskKind, text: string): boolean {
  if (PLACEHOLDER.test(text)) return false
  if (kind === 'user') return !COMMON_USER.test(text)
  if (kind === 'serial' || kind === 'uuid' || kind === 'mac' || kind === 'storageId') return !PLAIN_WORDS.test(text)
  return true
}
