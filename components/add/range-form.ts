import type * as z from 'zod/mini'
import type { nodeRangeCreate } from '#lib/api/nodes-contract.ts'
import type { ProtocolChoice } from '#lib/domain/bmc.ts'
import { expandAddresses, expandNames, isTemplateProblem } from '#lib/domain/node-template.ts'

/** The form for a range, as typed. */
export type RangeForm = {
  names: string
  address: string
  protocol: ProtocolChoice
  redfishPort: string
  ipmiPort: string
  username: string
  password: string
  groups: string
  tags: string
  rack: string
  position: string
}

/** Words between commas, semicolons or spaces, each once. */
export const toWords = (text: string) => [...new Set(text.split(/[,;\s]+/).filter((word) => word !== ''))]
const orNothing = (text: string) => (text.trim() === '' ? undefined : text.trim())

/** The ports that were typed, of the protocols that are spoken. What is no port is for the server to name. */
function toPorts({ protocol, redfishPort, ipmiPort }: RangeForm): { ports?: { redfish?: number; ipmi?: number } } {
  const ports = {
    ...(protocol !== 'ipmi' && redfishPort.trim() !== '' ? { redfish: Number(redfishPort) } : {}),
    ...(protocol !== 'redfish' && ipmiPort.trim() !== '' ? { ipmi: Number(ipmiPort) } : {}),
  }
  return Object.keys(ports).length === 0 ? {} : { ports }
}

/** What is sent of it; what was left empty is left out. */
export function toRangeRequest(form: RangeForm): z.input<typeof nodeRangeCreate> {
  const { names, address, protocol, username, password, groups, tags, rack, position } = form
  return {
    ...toPorts(form),
    names: names.trim(),
    address: address.trim(),
    protocol,
    username,
    password,
    ...(toWords(groups).length > 0 ? { groups: toWords(groups) } : {}),
    ...(toWords(tags).length > 0 ? { tags: toWords(tags) } : {}),
    rack: orNothing(rack),
    position: orNothing(position),
  }
}

export type RangeField = 'names' | 'address' | 'username' | 'password'
export const emptyIn = (form: RangeForm): RangeField[] => (['names', 'address', 'username', 'password'] as const).filter((field) => form[field].trim() === '')

/** Enough for a preview to count; the server says exactly. */
const most = 10_000

/** While typing: how many names, and the first and the last with their addresses. Null until both can be read. */
export function previewRange({ names: range, address: template }: Pick<RangeForm, 'names' | 'address'>): { count: number; samples: { name: string; address: string }[] } | null {
  const names = expandNames(range, most)
  if (isTemplateProblem(names)) return null
  const addresses = template.trim() === '' ? names.map(() => '') : expandAddresses(template, names)
  if (isTemplateProblem(addresses)) return null
  const toSample = (index: number) => ({ name: names[index]!, address: String(isTemplateProblem(addresses[index]) ? '?' : addresses[index]) })
  const shown = names.length <= 3 ? names.map((_, index) => index) : [0, 1, names.length - 1]
  return { count: names.length, samples: shown.map(toSample) }
}
