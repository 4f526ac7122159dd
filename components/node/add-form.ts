import { ApiError } from '#lib/api/fetcher.ts'
import type { BmcRequest } from '#lib/api/contract.ts'
import type { ProtocolChoice } from '#lib/domain/bmc.ts'
import { nodeName } from '#lib/domain/node.ts'

/** What the form for a new node holds, as typed. */
export type AddForm = {
  name: string
  address: string
  protocol: ProtocolChoice
  redfishPort: string
  ipmiPort: string
  username: string
  password: string
}
export type AddField = Exclude<keyof AddForm, 'protocol'>

/** A BMC is mostly called after its node. */
export const addressFor = (name: string) => (name.trim() === '' ? 'n1-ipmi' : `${name.trim()}-ipmi`)

/** Does this mean several nodes, `n[1-40]` or `n1,n2`? They are added on a page of their own. */
export const isRange = (name: string) => /[[,]/.test(name)

/** Is this a port as typed: a whole number from 1 to 65535? */
export const isPort = (text: string) => /^\d{1,5}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535

/** The fields that must be filled or set right before a node can be added. */
export function missingIn(form: AddForm): AddField[] {
  const missing: AddField[] = []
  if (!nodeName.safeParse(form.name.trim()).success) missing.push('name')
  if (form.address.trim() === '') missing.push('address')
  if (form.username === '') missing.push('username')
  if (form.password === '') missing.push('password')
  if (form.protocol !== 'ipmi' && form.redfishPort.trim() !== '' && !isPort(form.redfishPort)) missing.push('redfishPort')
  if (form.protocol !== 'redfish' && form.ipmiPort.trim() !== '' && !isPort(form.ipmiPort)) missing.push('ipmiPort')
  return missing
}

/** What is sent of it. Ports that were not typed are left to their defaults. */
export function toBmcRequest(form: AddForm): BmcRequest {
  const ports = {
    ...(form.protocol !== 'ipmi' && form.redfishPort.trim() !== '' ? { redfish: Number(form.redfishPort) } : {}),
    ...(form.protocol !== 'redfish' && form.ipmiPort.trim() !== '' ? { ipmi: Number(form.ipmiPort) } : {}),
  }
  const { protocol, username, password } = form
  return { address: form.address.trim(), protocol, username, password, ...(Object.keys(ports).length > 0 ? { ports } : {}) }
}

const fields: Record<string, AddField> = {
  name: 'name',
  address: 'address',
  username: 'username',
  password: 'password',
  'ports.redfish': 'redfishPort',
  'ports.ipmi': 'ipmiPort',
}

/** Which field of the form an answer of the API is about, if it is about one. */
export function fieldOfError(error: Error): AddField | null {
  if (!(error instanceof ApiError) || error.field === undefined) return null
  const field = error.field.replace(/^bmc\./, '')
  return Object.hasOwn(fields, field) ? (fields[field] ?? null) : null
}
