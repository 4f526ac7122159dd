import { say, type Said } from './reason.ts'

/** What a property should be: `words` is a list of them; a number may stand for a word, as the loose types take it. */
export type Expected = 'word' | 'words' | 'flag' | 'object'

const isWord = (value: unknown) => typeof value === 'string' || typeof value === 'number'
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

const FITS: Record<Expected, (value: unknown) => boolean> = {
  word: isWord,
  words: (value) => Array.isArray(value) && value.every((one) => one === null || [one].flat().every(isWord)),
  flag: (value) => typeof value === 'boolean',
  object: isObject,
}

/**
 * The properties of a body that are told and are not what they should be, which the loose types pass over as if they were not there. What
 * is missing or null is merely not told.
 */
export function findGarbledProperties(body: unknown, expected: Readonly<Record<string, Expected>>): string[] {
  const given = isObject(body) ? (body as Record<string, unknown>) : {}
  return Object.entries(expected).flatMap(([property, kind]) => ((given[property] ?? null) === null || FITS[kind](given[property]) ? [] : [property]))
}

/** The same as a sentence for the person who wonders what is missing; undefined when nothing is garbled. */
export function toGarbledReason(properties: readonly string[]): Said | undefined {
  return properties.length === 0 ? undefined : say('garbled', { properties: properties.join(', ') })
}
