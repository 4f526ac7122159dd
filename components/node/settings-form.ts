import type { NodeDetail, NodePatch } from '#lib/api/contract.ts'
import { defaultPorts, type ProtocolChoice, type TlsPolicy } from '#lib/domain/bmc.ts'
import { nodeName } from '#lib/domain/node.ts'
import { isPort } from './add-form.ts'

/** The general half of a node's settings as text boxes hold it. */
export type GeneralForm = { name: string; groups: string; tags: string; rack: string; position: string; attributes: string; protected: boolean }

export const toGeneralForm = (node: NodeDetail): GeneralForm => ({
  name: node.name,
  groups: node.groups.join(', '),
  tags: node.tags.join(', '),
  rack: node.rack ?? '',
  position: node.position === null ? '' : String(node.position),
  attributes: Object.entries(node.attributes)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n'),
  protected: node.protected,
})

const toList = (text: string) => [...new Set(text.split(/[,\s]+/).filter((part) => part !== ''))]

/** Lines of `key=value` as a record; null when one is neither that nor empty. */
export function toAttributes(text: string): Record<string, string> | null {
  const entries: [string, string][] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const at = line.indexOf('=')
    const key = line.slice(0, at).trim()
    if (at < 1 || key === '') return null
    entries.push([key, line.slice(at + 1).trim()])
  }
  return Object.fromEntries(entries)
}

export type GeneralProblem = 'name' | 'position' | 'attributes'

export function problemsOfGeneral(form: GeneralForm): GeneralProblem[] {
  const problems: GeneralProblem[] = []
  if (!nodeName.safeParse(form.name.trim()).success) problems.push('name')
  if (form.position.trim() !== '' && !(/^\d{1,3}$/.test(form.position.trim()) && Number(form.position) <= 100)) problems.push('position')
  if (toAttributes(form.attributes) === null) problems.push('attributes')
  return problems
}

/** Only what was changed, so that two people who change different things do not undo each other. */
export function toGeneralPatch(form: GeneralForm, before: GeneralForm): NodePatch {
  const patch: NodePatch = {}
  if (form.name.trim() !== before.name) patch.name = form.name.trim()
  if (form.groups !== before.groups) patch.groups = toList(form.groups)
  if (form.tags !== before.tags) patch.tags = toList(form.tags)
  if (form.rack !== before.rack) patch.rack = form.rack.trim() === '' ? null : form.rack.trim()
  if (form.position !== before.position) patch.position = form.position.trim() === '' ? null : Number(form.position)
  if (form.attributes !== before.attributes) patch.attributes = toAttributes(form.attributes) ?? {}
  if (form.protected !== before.protected) patch.protected = form.protected
  return patch
}

/** The half that says where the BMC is and who we are to it. The password box starts empty: what is stored is never shown. */
export type BmcForm = { address: string; protocol: ProtocolChoice; redfishPort: string; ipmiPort: string; username: string; password: string; tls: TlsPolicy }

export function toBmcForm({ bmc, username, tls }: NodeDetail): BmcForm {
  const port = (protocol: 'redfish' | 'ipmi') => String(bmc.endpoints.find((endpoint) => endpoint.protocol === protocol)?.port ?? defaultPorts[protocol])
  return { address: bmc.address, protocol: bmc.protocol, redfishPort: port('redfish'), ipmiPort: port('ipmi'), username: username ?? '', password: '', tls }
}

/** The password is sealed to address and ports, and belongs to the user: whoever changes one of them must know it. */
export const needsPassword = (form: BmcForm, before: BmcForm) =>
  (['address', 'protocol', 'redfishPort', 'ipmiPort', 'username'] as const).some((field) => form[field].trim() !== before[field])

export type BmcProblem = 'address' | 'username' | 'password' | 'redfishPort' | 'ipmiPort'

export function problemsOfBmc(form: BmcForm, before: BmcForm): BmcProblem[] {
  const problems: BmcProblem[] = []
  if (form.address.trim() === '') problems.push('address')
  if (form.username === '') problems.push('username')
  if (form.password === '' && needsPassword(form, before)) problems.push('password')
  if (form.protocol !== 'ipmi' && !isPort(form.redfishPort)) problems.push('redfishPort')
  if (form.protocol !== 'redfish' && !isPort(form.ipmiPort)) problems.push('ipmiPort')
  return problems
}

export function toBmcPatch(form: BmcForm, before: BmcForm): NonNullable<NodePatch['bmc']> {
  const patch: NonNullable<NodePatch['bmc']> = {}
  if (form.address.trim() !== before.address) patch.address = form.address.trim()
  if (form.protocol !== before.protocol) patch.protocol = form.protocol
  const ports = {
    ...(form.protocol !== 'ipmi' && form.redfishPort.trim() !== before.redfishPort ? { redfish: Number(form.redfishPort) } : {}),
    ...(form.protocol !== 'redfish' && form.ipmiPort.trim() !== before.ipmiPort ? { ipmi: Number(form.ipmiPort) } : {}),
  }
  if (Object.keys(ports).length > 0) patch.ports = ports
  if (form.username !== before.username) patch.username = form.username
  if (form.password !== '') patch.password = form.password
  if (form.tls !== before.tls) patch.tls = form.tls
  return patch
}
