import type { Told } from '#lib/domain/reason.ts'
import { createSay, redfishSentences, toReasonText, type Reason, type Said } from '#lib/redfish/reason.ts'
import { toPlainText } from './text.ts'

/** What is said of a BMC by what both protocols tell, and of its IPMI. */
const bmcSentences = {
  'boot-none': 'this BMC offers no boot override over Redfish',
  'light-none': 'this BMC offers no locate light over Redfish',
  'light-untold': 'this BMC does not report over IPMI whether the light is on',
  'reset-none': 'this BMC offers no reset over Redfish',
  'reset-unstated': 'this BMC does not say which resets it allows over Redfish',
  'reset-only': 'over Redfish this BMC allows only {types}',
  'bmc-reset-none': 'this BMC offers no reset of itself over Redfish',
  'bmc-reset-unstated': 'over Redfish this BMC does not say which resets of itself it allows',
  'bmc-reset-only': 'over Redfish this BMC resets itself only by {types}',
  'bmc-reset-privilege': 'over IPMI: Cold Reset needs the privilege of an administrator, this user has {privilege}',
  'ipmi-refused': 'over IPMI: {detail}',
  'ipmi-no-command': 'IPMI has no such command',
  'ipmi-no-chassis': 'this BMC controls no chassis over IPMI',
  'ipmi-no-media': 'IPMI has no virtual media',
  'ipmi-no-fans': 'IPMI has no standard fan control, and no commands of the maker are known for this firmware',
  'fans-unverified': 'the commands for these fans are unverified: an administrator has to turn them on',
  'ipmi-no-bios': 'IPMI has no BIOS settings',
  'ipmi-no-update': 'IPMI has no standard firmware update',
  'ipmi-no-traps': 'IPMI traps are not taken',
  'sol-off': 'serial over LAN is switched off on this BMC',
  'websocket-openbmc': 'only OpenBMC is known to have its console on a WebSocket',
  'ssh-console-off': 'the BMC says that its console over SSH is switched off',
  'ssh-no-entry': 'the BMC does not say by which command its console is entered over SSH',
  'ssh-no-console': 'the BMC tells of no console over SSH',
  'ssh-unknown-entry': 'the BMC has SSH, and does not say how its console is entered there',
  'ssh-off': 'SSH is switched off on this BMC',
} as const
export const sayBmc = createSay(bmcSentences)

/** Every sentence of ours with its code, for the test that the pages know them all. */
export const sentences: Record<string, string> = { ...redfishSentences, ...bmcSentences }

/** A reason as it is stored: in English for all, and by its code for pages in another language where it is a sentence of ours. */
export function toTold(reason: Reason | undefined, maxLength = 400): Told {
  if (reason === undefined) return {}
  const text = toPlainText(toReasonText(reason), maxLength)
  return typeof reason === 'string' ? { reason: text } : { reason: text, why: [{ ...toCoded(reason), text }] }
}

function toCoded({ code, values }: Said): { code: string; values?: Record<string, string> } {
  const plain = Object.entries(values).map(([name, value]) => [name, toPlainText(value, 300)])
  return plain.length === 0 ? { code } : { code, values: Object.fromEntries(plain) }
}
