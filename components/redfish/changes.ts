import { hiddenValue } from '#lib/domain/raw.ts'
import { isLocal } from './address.ts'

/** An action that a resource offers (DSP0266 §9.7): where it is POSTed, and what the BMC says of its parameters. */
export type OfferedAction = {
  /** `#ComputerSystem.Reset` without its `#`. */
  name: string
  target: string
  /** What a parameter may be, as far as the BMC says. */
  allowed: Record<string, string[]>
  /** The resource that tells more of the parameters. */
  info: string | null
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const toTexts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [])

/** The actions of a resource, the vendor's own after the standard ones. Pure. */
export function toActions(body: unknown): OfferedAction[] {
  const actions = isObject(body) && isObject(body['Actions']) ? body['Actions'] : {}
  const oem = isObject(actions['Oem']) ? actions['Oem'] : {}
  return [...Object.entries(actions), ...Object.entries(oem)].flatMap(([name, action]) => {
    if (!name.startsWith('#') || !isObject(action)) return []
    const target = action['target']
    const info = action['@Redfish.ActionInfo']
    if (typeof target !== 'string' || !isLocal(target)) return []
    return [{ name: name.slice(1), target, allowed: toAllowed(action), info: typeof info === 'string' && isLocal(info) ? info : null }]
  })
}

const annotation = '@Redfish.AllowableValues'

function toAllowed(action: Record<string, unknown>): Record<string, string[]> {
  const given = Object.entries(action).filter(([key]) => key.endsWith(annotation))
  return Object.fromEntries(given.map(([key, values]) => [key.slice(0, -annotation.length), toTexts(values)]))
}

/** The same from an ActionInfo resource (DSP2046): AMI, Cray and OpenBMC tell it only there. Pure. */
export function toAllowedByInfo(body: unknown): Record<string, string[]> {
  const parameters = isObject(body) && Array.isArray(body['Parameters']) ? body['Parameters'].filter(isObject) : []
  return Object.fromEntries(parameters.flatMap(({ Name, AllowableValues }) => (typeof Name === 'string' ? [[Name, toTexts(AllowableValues)]] : [])))
}

export type CheckedBody = { body: Record<string, unknown>; problem: null } | { body: null; problem: 'not-json' | 'no-object' | 'hidden' }

/** What was typed, as the body of a request; or why it is none. Pure. */
export function toBody(text: string): CheckedBody {
  let value: unknown
  try {
    value = text.trim() === '' ? {} : JSON.parse(text)
  } catch {
    return { body: null, problem: 'not-json' }
  }
  if (!isObject(value)) return { body: null, problem: 'no-object' }
  return text.includes(hiddenValue) ? { body: null, problem: 'hidden' } : { body: value, problem: null }
}

/** The typed body with a parameter set; a text that is no JSON object begins anew. Pure. */
export function withParameter(text: string, name: string, value: string): string {
  const { body } = toBody(text)
  return JSON.stringify({ ...body, [name]: value }, null, 2)
}

/** The tag of the state that is on the page: the header, or what stands in the body where a BMC sends no header. */
export function toEtag(header: string | null, body: unknown): string | null {
  const inside = isObject(body) ? body['@odata.etag'] : undefined
  return header ?? (typeof inside === 'string' && /^[\x21-\x7e]{1,300}$/.test(inside) ? inside : null)
}
