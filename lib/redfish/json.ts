/** What a JSON text from a BMC may cost: checked before it is parsed, in one pass over the bytes. */
export type JsonLimits = { maxDepth: number; maxMembers: number }

export const JSON_LIMITS: JsonLimits = { maxDepth: 64, maxMembers: 10_000 }

export type JsonOutcome = { ok: true; value: unknown } | { ok: false; reason: 'too-large' | 'bad-json'; text: string }

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const [OPEN_LIST, OPEN_OBJECT] = [0x5b, 0x7b]
const [CLOSE_LIST, CLOSE_OBJECT] = [0x5d, 0x7d]

/** One for all bodies: it keeps nothing from one to the next, and making one costs more than a small body. */
const decoder = new TextDecoder('utf-8')

/**
 * Parses a body from a BMC. Bytes that are not UTF-8 become U+FFFD. `__proto__` keys are dropped, so that no later copy of the
 * object can reach a prototype; every other key is plain data of the parsed object.
 */
export function parseBoundedJson(bytes: Uint8Array, limits: JsonLimits = JSON_LIMITS): JsonOutcome {
  const excess = findExcess(bytes, limits)
  if (excess !== undefined) return { ok: false, reason: 'too-large', text: excess }
  const text = decoder.decode(bytes)
  try {
    // The reviver is slow on large documents; a `__proto__` key can only come as these letters or with a \u escape.
    const suspicious = text.includes('__proto__') || text.includes('\\u')
    return { ok: true, value: suspicious ? JSON.parse(text, dropPrototypeKey) : JSON.parse(text) }
  } catch {
    // V8's message quotes the body; a body is not repeated in an error.
    return { ok: false, reason: 'bad-json', text: 'the answer is not JSON' }
  }
}

function dropPrototypeKey(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}

/** Commas per open bracket give the number of members without building anything. */
function findExcess(bytes: Uint8Array, limits: JsonLimits): string | undefined {
  const commas: number[] = []
  let inString = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (inString) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) {
      inString = true
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      commas.push(0)
      if (commas.length > limits.maxDepth) return `nested deeper than ${limits.maxDepth}`
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      commas.pop()
    } else if (byte === COMMA && commas.length > 0) {
      commas[commas.length - 1]! += 1
      if (commas.at(-1)! >= limits.maxMembers) return `more than ${limits.maxMembers} members in one collection`
    }
  }
  return undefined
}
