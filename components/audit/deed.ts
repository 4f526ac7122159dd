import type { Step } from '#lib/domain/operation.ts'

/** A row's detail, sorted by what a reader asks: what was asked, what was sent, what was read back, what was said. */
export type Deed = {
  asked: { name: string; text: string }[]
  stepId: string | null
  sent: string[]
  before: string | null
  after: string | null
  afterAt: string | null
  evidence: string | null
  said: string | null
}

const sorted = new Set(['commands', 'before', 'after', 'afterAt', 'evidence', 'error', 'state'])
const longestText = 2_000

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, longestText)
const asString = (value: unknown) => (typeof value === 'string' ? value : null)

function saidOf(error: unknown): string | null {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return null
  return asString((error as { message?: unknown }).message) ?? asString((error as { text?: unknown }).text) ?? asText(error)
}

/** Sorts a row's detail; the step of its operation, when it is known, fills in what the row does not say. Pure. */
export function toDeed(detail: Record<string, unknown>, step: Step | undefined): Deed {
  const isPower = (value: unknown) => typeof value === 'string' || value === undefined || value === null
  const powerLike = isPower(detail['before']) && isPower(detail['after'])
  const asked = Object.entries(detail)
    .filter(([name, value]) => name !== 'stepId' && value !== null && value !== undefined && !(sorted.has(name) && (powerLike || name === 'commands')))
    .map(([name, value]) => ({ name, text: asText(value) }))
  const commands = detail['commands']
  return {
    asked,
    stepId: asString(detail['stepId']),
    sent: Array.isArray(commands) && commands.length > 0 ? commands.map(asText) : (step?.commands ?? []),
    before: (powerLike ? asString(detail['before']) : null) ?? step?.before ?? null,
    after: (powerLike ? asString(detail['after']) : null) ?? step?.after ?? null,
    afterAt: asString(detail['afterAt']) ?? step?.afterAt ?? null,
    evidence: asString(detail['evidence']) ?? step?.evidence ?? null,
    said: saidOf(detail['error']) ?? step?.error?.message ?? null,
  }
}
