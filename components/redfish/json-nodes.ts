import { isLocal } from './address.ts'

export type NodeKind = 'object' | 'array' | 'link' | 'string' | 'number' | 'boolean' | 'null' | 'piece'

/** A line of a JSON document. The nodes of a document stand in its order: the parts of node i are those after it and before `end`. */
export type JsonNode = {
  /** A property's name, or the place in an array; null for the piece of a long string. */
  key: string | number | null
  kind: NodeKind
  /** A string as it is, another value as JSON; for a link the address; for an object what it calls itself. */
  text: string
  /** How many members or characters. */
  size: number
  depth: number
  parent: number
  end: number
}

/** A string of more characters is shown by its beginning, and opened to be read. */
export const longest = 160
const pieceLength = 100
/** What a member of a list is told apart by, the best first. */
const names = ['Message', 'Name', 'DisplayName', 'MemberId', 'Id', 'MessageId', '@odata.id'] as const

/** A document as lines, the outermost object itself left out. Pure; every line is one plain literal, for a document may have 10^5 of them. */
export function toNodes(document: unknown): JsonNode[] {
  const nodes: JsonNode[] = []

  function walk(key: JsonNode['key'], value: unknown, depth: number, parent: number): void {
    if (typeof value === 'string') return walkString(key, value, depth, parent)
    if (typeof value !== 'object' || value === null) {
      const kind = value === null ? 'null' : typeof value === 'number' ? 'number' : 'boolean'
      nodes.push({ key, kind, text: String(value), size: 0, depth, parent, end: nodes.length + 1 })
      return
    }
    const at = nodes.length
    const reference = toReference(value)
    if (reference !== null) {
      nodes.push({ key, kind: 'link', text: reference, size: 0, depth, parent, end: at + 1 })
      return
    }
    const own: JsonNode = { key, kind: Array.isArray(value) ? 'array' : 'object', text: nameOf(value), size: 0, depth, parent, end: at + 1 }
    nodes.push(own)
    own.size = walkMembers(value, depth + 1, at)
    own.end = nodes.length
  }

  function walkMembers(value: object, depth: number, parent: number): number {
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) walk(index, value[index], depth, parent)
      return value.length
    }
    const names = Object.keys(value)
    for (const name of names) walk(name, (value as Record<string, unknown>)[name], depth, parent)
    return names.length
  }

  function walkString(key: JsonNode['key'], text: string, depth: number, parent: number): void {
    const at = nodes.length
    const own: JsonNode = { key, kind: isLocal(text) ? 'link' : 'string', text, size: text.length, depth, parent, end: at + 1 }
    nodes.push(own)
    if (own.kind === 'link') return
    for (const piece of toPieces(text)) nodes.push({ key: null, kind: 'piece', text: piece, size: 0, depth: depth + 1, parent: at, end: nodes.length + 1 })
    own.end = nodes.length
  }

  if (typeof document === 'object' && document !== null) walkMembers(document, 0, -1)
  else walk(null, document, 0, -1)
  return nodes
}

/** An object that is nothing but a link is one line. */
function toReference(value: object): string | null {
  const link: unknown = (value as Record<string, unknown>)['@odata.id']
  return typeof link === 'string' && isLocal(link) && Object.keys(value).length === 1 ? link : null
}

function nameOf(value: object): string {
  if (Array.isArray(value)) return ''
  for (const name of names) {
    const text = (value as Record<string, unknown>)[name]
    if (typeof text === 'string' && text !== '') return text
  }
  return ''
}

/** A text of several lines, or a very long one, as lines of its own. */
function toPieces(text: string): string[] {
  if (text.length <= longest && !text.includes('\n')) return []
  return text.split('\n').flatMap((line) => {
    const characters = Array.from(line)
    if (characters.length === 0) return ['']
    return Array.from({ length: Math.ceil(characters.length / pieceLength) }, (_, index) => characters.slice(index * pieceLength, (index + 1) * pieceLength).join(''))
  })
}

/** The node at a JSON pointer (`/Fans/0`), or -1. */
export function findPointer(nodes: readonly JsonNode[], pointer: string): number {
  const steps = pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.reduce((parent, step, index) => {
    if (index > 0 && parent < 0) return -1
    return nodes.findIndex((node, at) => at > parent && node.parent === parent && String(node.key) === step)
  }, -1)
}
