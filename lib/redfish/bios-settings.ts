import * as z from 'zod'
import { toBiosPath, toPendingPath } from './bios-links.ts'
import { toFact } from './fact.ts'
import type { Collector } from './inventory-collector.ts'
import { link, list, nested, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'
import { toLastSegment } from './path.ts'
import { isSecretKey } from './secret-keys.ts'

export type BiosValue = string | number | boolean | null
export type BiosSettings = {
  /** `partial`: what is pending could not be read; `failed`: nothing could. */
  state: 'read' | 'partial' | 'failed'
  attributes: { name: string; displayName: string | undefined; value: BiosValue; pending: BiosValue | undefined }[]
}

const MAX_ATTRIBUTES = 10_000
const HIDDEN = '••••••••'

const attributes = z.record(z.string(), z.unknown()).catch({}).default({})
const bios = z.object({ AttributeRegistry: text, Attributes: attributes })
const settings = z.object({ Attributes: attributes })
const registries = z.object({ Registries: link })
const registryFile = z.object({ Location: list })
const location = z.object({ Language: text, Uri: link })
const registry = z.object({ RegistryEntries: nested({ Attributes: list }) })
const entry = z.object({ AttributeName: text, DisplayName: text, Type: text })

/**
 * The settings of the host's BIOS (DSP0268, Bios) and those that wait for the next start; undefined where the system links none. Two GETs,
 * and three more once per conversation for how they are displayed.
 */
export async function readBiosSettings(collector: Collector, model: RedfishModel, systemBody: unknown, rootBody: unknown): Promise<BiosSettings | undefined> {
  const path = toBiosPath(systemBody)
  if (path === undefined) return undefined
  const body = await collector.get(path, [])
  if (body === undefined) return { state: 'failed', attributes: [] }
  const { Attributes, AttributeRegistry } = parseLoose(bios, body)
  const pendingPath = toPendingPath(body)
  const pendingBody = pendingPath === undefined ? undefined : await collector.get(pendingPath, [])
  const waiting = parseLoose(settings, pendingBody).Attributes
  const words = Object.keys(Attributes).length === 0 ? new Map<string, Words>() : await readWords(collector, model, rootBody, AttributeRegistry)
  return {
    state: pendingPath !== undefined && pendingBody === undefined ? 'partial' : 'read',
    attributes: Object.entries(Attributes).slice(0, MAX_ATTRIBUTES).map(([name, raw]) => toAttribute(name, raw, waiting, words.get(name))),
  }
}

type Words = { displayName: string | undefined; isPassword: boolean }

function toAttribute(name: string, raw: unknown, waiting: Record<string, unknown>, words: Words | undefined): BiosSettings['attributes'][number] {
  const isSecret = words?.isPassword === true || isSecretKey(name)
  const hide = (value: BiosValue): BiosValue => (isSecret && typeof value === 'string' && value !== '' ? HIDDEN : value)
  const value = toValue(raw)
  const pending = Object.hasOwn(waiting, name) ? toValue(waiting[name]) : undefined
  return { name, displayName: words?.displayName, value: hide(value), pending: pending === undefined || pending === value ? undefined : hide(pending) }
}

/** A scalar as it is. Cray wraps each in an object with its type and choices; what else is no scalar is shown as it is written. */
function toValue(raw: unknown): BiosValue {
  if (raw === null || raw === undefined) return null
  if (typeof raw === 'string') return text.parse(raw) ?? ''
  if (typeof raw === 'number' || typeof raw === 'boolean') return raw
  const held = Array.isArray(raw) ? undefined : Object.entries(raw as object).find(([key]) => /^(?:current_?)?value$/i.test(key))?.[1]
  return held === undefined || typeof held === 'object' ? JSON.stringify(raw).slice(0, 200) : toValue(held)
}

const known = new WeakMap<RedfishModel, { id: string; words: Map<string, Words> }>()

/** How the attributes are displayed, by their registry: hundreds of kilobytes that change only with the firmware, so read once. */
async function readWords(collector: Collector, model: RedfishModel, rootBody: unknown, id: string | undefined): Promise<Map<string, Words>> {
  if (id === undefined) return new Map()
  const before = known.get(model)
  if (before?.id === id) return before.words
  const words = await findWords(collector, rootBody, id)
  // Without them the names stand for themselves: no failure worth a word, and asked again at the next reading.
  if (words.size > 0) known.set(model, { id, words })
  return words
}

async function findWords(collector: Collector, rootBody: unknown, id: string): Promise<Map<string, Words>> {
  const { Registries } = parseLoose(registries, rootBody)
  if (Registries === undefined) return new Map()
  const paths = await collector.list([], Registries)
  const file = paths.find((path) => toLastSegment(path).toLowerCase() === id.toLowerCase()) ?? paths.find((path) => isOfFamily(toLastSegment(path), id))
  if (file === undefined) return new Map()
  const places = parseLoose(registryFile, await collector.get(file, [])).Location.map((raw) => parseLoose(location, raw))
  const uri = (places.find(({ Language }) => Language?.toLowerCase().startsWith('en')) ?? places[0])?.Uri
  const { RegistryEntries } = parseLoose(registry, uri === undefined ? undefined : await collector.get(uri, []))
  const entries = (RegistryEntries?.Attributes ?? []).slice(0, MAX_ATTRIBUTES).map((raw) => parseLoose(entry, raw))
  return new Map(
    entries.flatMap(({ AttributeName: name, DisplayName, Type }) =>
      name === undefined ? [] : [[name, { displayName: toDisplayName(name, DisplayName), isPassword: Type === 'Password' }] as const],
    ),
  )
}

/** `BiosAttributeRegistry.v1_0_0` for `BiosAttributeRegistry.v1_0_3`: iDRAC links the one and names the other. */
const isOfFamily = (segment: string, id: string) => segment.split('.')[0]!.toLowerCase() === id.split('.')[0]!.toLowerCase()

const toDisplayName = (name: string, given: string | undefined) => (toFact(given) === name ? undefined : toFact(given))
