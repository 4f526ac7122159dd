import type { AuditList } from '#lib/api/contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'

export type AuditEntryRow = AuditList['rows'][number]

export type Fact = { name: string; text: string }

/** What a row and those that belong to it tell, sorted by what a reader asks: what was asked, sent, read back, answered, said. */
export type Deed = {
  asked: Fact[]
  sent: string[]
  before: string | null
  after: string | null
  /** When it was read back. */
  afterAt: string | null
  evidence: string | null
  answered: Fact[]
  said: string | null
  stepId: string | null
}

/** What stands in a place of its own. */
const placed = new Set(['stepId', 'command', 'commands', 'evidence', 'error', 'state'])
const states = new Set(['before', 'after'])
const longestText = 2_000

const asString = (value: unknown) => (typeof value === 'string' ? value : null)
const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')

function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : isNames(value) ? foldNames(value) : JSON.stringify(value)
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text
}

function saidOf(error: unknown): string | null {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return null
  return asString((error as { message?: unknown }).message) ?? asString((error as { text?: unknown }).text) ?? asText(error)
}

/** The states of a power deed are words; of a change of a person they are objects, and part of what was asked. */
const hasStates = ({ before, after }: AuditEntryRow['detail']) => [before, after].every((value) => typeof value === 'string' || value === undefined || value === null)

const factsOf = ({ detail }: AuditEntryRow): Fact[] =>
  Object.entries(detail)
    .filter(([name, value]) => value !== null && value !== undefined && !placed.has(name) && !(states.has(name) && hasStates(detail)))
    .map(([name, value]) => ({ name, text: asText(value) }))

function sentOf({ outcome, detail }: AuditEntryRow): string[] {
  const { command, commands } = detail
  if (outcome === 'intent' && typeof command === 'string') return [command]
  return Array.isArray(commands) ? commands.map(asText) : []
}

/** The same fact is told once, by the row that tells it first. */
const unique = (facts: readonly Fact[]) => facts.filter(({ name, text }, at) => facts.findIndex((one) => one.name === name && one.text === text) === at)

/**
 * Sorts a row and those that belong to it (oldest first, the row among them). A row of a whole operation tells of its asking alone: what
 * was sent and read back is of one node. Pure.
 */
export function toDeed(row: AuditEntryRow, related: readonly AuditEntryRow[]): Deed {
  const rows = related.length === 0 ? [row] : related
  const ends = rows.filter(({ outcome }) => outcome !== 'intent')
  const isAnswered = rows.length > ends.length
  const end = ends.at(-1)
  const states = rows.filter(({ detail }) => hasStates(detail))
  const after = asString(states.at(-1)?.detail['after'])
  return {
    asked: unique((isAnswered ? rows.filter(({ outcome }) => outcome === 'intent') : rows).flatMap(factsOf)),
    sent: rows.flatMap(sentOf),
    before: states.map(({ detail }) => asString(detail['before'])).find((state) => state !== null) ?? null,
    after,
    afterAt: after === null ? null : (end?.at ?? null),
    evidence: asString(end?.detail['evidence']),
    answered: isAnswered ? unique(ends.flatMap(factsOf)) : [],
    said: saidOf(end?.detail['error']),
    stepId: rows.map(({ detail }) => asString(detail['stepId'])).find((id) => id !== null) ?? null,
  }
}
