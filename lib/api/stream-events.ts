import type { Node } from '#lib/domain/node.ts'

/**
 * What the events of `GET /api/stream` say, looked at by hand. Every other answer is parsed with its schema of the contract; these begin
 * with the first page, where the parser would be a tenth of all script, and come a thousand nodes a second. Checked is the frame
 * that the pages compute with; a test holds it against the schema. What does not fit is dropped: the next gap reads everything anew.
 */

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isOne = (value: unknown, words: readonly string[]) => isText(value) && words.includes(value)
const isTextOrNull = (value: unknown) => value === null || isText(value)
const isNumberOrNull = (value: unknown) => value === null || typeof value === 'number'

const powers = ['on', 'off', 'poweringOn', 'poweringOff', 'unknown']
const levels = ['ok', 'warning', 'critical', 'unknown']

const isPower = (value: unknown) => isFields(value) && isOne(value['state'], powers) && isTextOrNull(value['at'])
const isHealth = (value: unknown) => isFields(value) && isOne(value['level'], levels) && Array.isArray(value['reasons']) && isTextOrNull(value['at'])
const isBmc = (value: unknown) =>
  isFields(value) &&
  isText(value['address']) &&
  isOne(value['state'], ['probing', 'ok', 'failed']) &&
  (value['failure'] === null || isFields(value['failure'])) &&
  isNumberOrNull(value['latencyMs']) &&
  Array.isArray(value['endpoints'])
const isHottest = (value: unknown) => value === null || (isFields(value) && isText(value['name']) && typeof value['reading'] === 'number' && isOne(value['health'], levels))

const isNode = (value: unknown): value is Node =>
  isFields(value) &&
  isText(value['id']) &&
  isText(value['name']) &&
  typeof value['revision'] === 'number' &&
  Array.isArray(value['groups']) &&
  Array.isArray(value['tags']) &&
  isTextOrNull(value['rack']) &&
  isFields(value['attributes']) &&
  isFields(value['identity']) &&
  isTextOrNull(value['seenAt']) &&
  isNumberOrNull(value['watts']) &&
  (value['capWatts'] === undefined || typeof value['capWatts'] === 'number') &&
  isPower(value['power']) &&
  isHealth(value['health']) &&
  isBmc(value['bmc']) &&
  isHottest(value['hottest'])

function toFields(data: string): Fields {
  try {
    const value: unknown = JSON.parse(data)
    return isFields(value) ? value : {}
  } catch {
    return {}
  }
}

/** The nodes of a `nodes` event; those that are none are left out. */
export function toChangedNodes(data: string): Node[] {
  const { nodes } = toFields(data)
  return Array.isArray(nodes) ? nodes.filter(isNode) : []
}

/** The ids of a `removed` event. */
export function toRemovedIds(data: string): string[] {
  const { ids } = toFields(data)
  return Array.isArray(ids) ? ids.filter(isText) : []
}

/** The ids of the nodes of an `events` event. */
export function toEventNodeIds(data: string): string[] {
  const { nodes } = toFields(data)
  return Array.isArray(nodes) ? nodes.filter(isText) : []
}

/** The id of an `operation` event, null when there is none. */
export function toOperationId(data: string): string | null {
  const { id } = toFields(data)
  return isText(id) ? id : null
}

/** The server's time of a `hello` event in ms since 1970, null when it tells none. */
export function toServerTime(data: string): number | null {
  const { now } = toFields(data)
  const at = isText(now) ? Date.parse(now) : Number.NaN
  return Number.isNaN(at) ? null : at
}
