import type { NodeDetail, NodePatch } from '#lib/api/contract.ts'
import { cipherSuiteIds, isInsecure, type CipherSuiteId, type IpmiPrivilege, type Workaround } from '#lib/domain/ipmi-words.ts'

/** How IPMI is spoken with a node, as the boxes hold it. The key's box starts empty: what is stored is never shown. */
export type IpmiForm = { suites: string; insecure: boolean; privilege: IpmiPrivilege; workarounds: readonly Workaround[]; kg: string }

export const toIpmiForm = ({ ipmi }: NodeDetail): IpmiForm => ({
  suites: ipmi.suites?.join(', ') ?? '',
  insecure: ipmi.insecure,
  privilege: ipmi.privilege,
  workarounds: ipmi.workarounds,
  kg: '',
})

/** Suites as typed, in their order; null for none, undefined for what are no suites. */
export function toSuites(text: string): CipherSuiteId[] | null | undefined {
  const words = text.split(/[,\s]+/).filter((word) => word !== '')
  if (words.length === 0) return null
  const suites = words.map((word) => cipherSuiteIds.find((id) => String(id) === word))
  return suites.every((suite) => suite !== undefined) ? [...new Set(suites)] : undefined
}

const hasInsecure = (form: IpmiForm) => toSuites(form.suites)?.some(isInsecure) === true

/** Text of up to 20 bytes, or 0x and up to 40 hex digits, as ipmitool and FreeIPMI take it; all zeros mean that there is none. */
function isKg(text: string): boolean {
  const hex = /^0x([0-9a-f]+)$/i.exec(text)?.[1]
  if (hex !== undefined && hex.length % 2 === 0) return hex.length <= 40 && !/^0+$/.test(hex)
  return new TextEncoder().encode(text).length <= 20
}

export type IpmiProblem = 'suites' | 'insecure' | 'kg'

export function problemsOfIpmi(form: IpmiForm): IpmiProblem[] {
  const problems: IpmiProblem[] = []
  if (toSuites(form.suites) === undefined) problems.push('suites')
  if (hasInsecure(form) && !form.insecure) problems.push('insecure')
  if (form.kg !== '' && !isKg(form.kg)) problems.push('kg')
  return problems
}

/** Is the box that allows insecure suites to be there: for suites that need it, or because it is ticked? */
export const asksInsecure = (form: IpmiForm): boolean => form.insecure || hasInsecure(form)

/** Only what was changed. */
export function toIpmiPatch(form: IpmiForm, before: IpmiForm): NonNullable<NodePatch['bmc']> {
  const suites = toSuites(form.suites)
  const ipmi: NonNullable<NonNullable<NodePatch['bmc']>['ipmi']> = {
    ...(form.suites.trim() !== before.suites && suites !== undefined ? { suites } : {}),
    ...(form.insecure === before.insecure ? {} : { insecure: form.insecure }),
    ...(form.privilege === before.privilege ? {} : { privilege: form.privilege }),
    ...(isSame(form.workarounds, before.workarounds) ? {} : { workarounds: [...form.workarounds] }),
  }
  return { ...(Object.keys(ipmi).length > 0 ? { ipmi } : {}), ...(form.kg === '' ? {} : { kg: form.kg }) }
}

const isSame = (one: readonly string[], other: readonly string[]) => one.length === other.length && one.every((name) => other.includes(name))
