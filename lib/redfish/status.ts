import * as z from 'zod'
import { findGarbledProperties } from './garbled.ts'
import { text } from './loose.ts'

export type Health = 'OK' | 'Warning' | 'Critical'

/** A resource's Status (DSP0268 Resource.Status) as it was meant. */
export type Status = {
  /** As written: Enabled, Absent, Disabled, StandbyOffline, … */
  state: string | undefined
  /** The resource's own health, or undefined when none is stated. */
  health: Health | undefined
  /** The worst health below the resource. */
  rollup: Health | undefined
  /** Something is said of the state that cannot be understood: the part may be absent. */
  isGarbled?: boolean
}

const HEALTH_WORDS: Record<string, Health> = {
  ok: 'OK',
  good: 'OK',
  normal: 'OK',
  healthy: 'OK',
  // H3C writes the state where the health belongs.
  enabled: 'OK',
  warning: 'Warning',
  degraded: 'Warning',
  minor: 'Warning',
  critical: 'Critical',
  major: 'Critical',
  failed: 'Critical',
  fatal: 'Critical',
  nonrecoverable: 'Critical',
}

const statusObject = z.object({ State: text, Health: text, HealthRollup: text, HealthRollUp: text })

/** Status as an object; also as one word, which some firmwares write. A list or a boolean is neither: whether the part is there is then not told. */
export function readStatus(raw: unknown): Status {
  if (typeof raw === 'string') return { state: undefined, health: toHealth(raw), rollup: undefined }
  const parsed = statusObject.safeParse(raw)
  if (!parsed.success) return { state: undefined, health: undefined, rollup: undefined, ...((Array.isArray(raw) || typeof raw === 'boolean') && { isGarbled: true }) }
  const { State, Health, HealthRollup, HealthRollUp } = parsed.data
  const isGarbled = findGarbledProperties(raw, { State: 'word' }).length > 0
  return { state: State, health: toHealth(Health), rollup: toHealth(HealthRollup ?? HealthRollUp), ...(isGarbled && { isGarbled }) }
}

/** The property inside a schema. */
export const status = z.unknown().default(null).transform(readStatus)

/** "Ok", "OK ", "enabled" read as meant; an empty or unknown word is no statement. */
export function toHealth(word: string | undefined): Health | undefined {
  const key = (word ?? '').trim().toLowerCase()
  return Object.hasOwn(HEALTH_WORDS, key) ? HEALTH_WORDS[key] : undefined
}

const RANK: Record<Health, number> = { OK: 0, Warning: 1, Critical: 2 }

export function worstOf(...healths: (Health | undefined)[]): Health | undefined {
  return healths.reduce((worst, one) => (one !== undefined && (worst === undefined || RANK[one] > RANK[worst]) ? one : worst), undefined)
}

/** The part is not there or switched off: it has no reading, and whatever its health says is no fault. */
export function isMissing({ state }: Status): boolean {
  return state === 'Absent' || state === 'Disabled'
}

/** Whether a part is there cannot be told from a resource that says nothing, or nonsense of its state. */
export function isUnclear(body: unknown): boolean {
  const given = (body ?? {}) as { Status?: unknown }
  return Object.values(given).every((value) => value === null) || readStatus(given.Status).isGarbled === true
}

/** Nothing can be measured there, as far as is known: the number beside such a state (0 °C, 0 RPM) is no reading. */
export function hasNoReading(status: Status): boolean {
  return isMissing(status) || status.state === 'UnavailableOffline' || status.isGarbled === true
}
