/**
 * Output must not turn the reading direction of what stands around it (Trojan Source, CVE-2021-42574): the Unicode bidi controls become
 * U+FFFD before the terminal sees them. Byte by byte, because a character may be cut in two by a frame; all of them have three bytes in
 * UTF-8 as U+FFFD has, but for U+061C with two.
 */
export function createBidiFilter(): { filter: (bytes: Uint8Array) => Uint8Array; reset: () => void } {
  let held: number[] = []

  /** True for the first bytes of a control, `whole` for all of it. */
  function match(bytes: readonly number[]): 'no' | 'part' | 'whole' {
    const [a, b, c] = bytes
    if (a === 0xd8) return b === undefined ? 'part' : b === 0x9c ? 'whole' : 'no'
    if (a !== 0xe2) return 'no'
    if (b === undefined) return 'part'
    if (b === 0x80) return c === undefined ? 'part' : c === 0x8e || c === 0x8f || (c >= 0xaa && c <= 0xae) ? 'whole' : 'no'
    if (b === 0x81) return c === undefined ? 'part' : c >= 0xa6 && c <= 0xa9 ? 'whole' : 'no'
    return 'no'
  }

  function filter(bytes: Uint8Array): Uint8Array {
    if (held.length === 0 && !bytes.includes(0xe2) && !bytes.includes(0xd8)) return bytes
    const out: number[] = []
    for (const byte of bytes) {
      held.push(byte)
      let found = match(held)
      if (found === 'no') {
        // The byte may begin another one.
        held.pop()
        out.push(...held)
        held = [byte]
        found = match(held)
      }
      if (found === 'part') continue
      out.push(...(found === 'whole' ? [0xef, 0xbf, 0xbd] : held))
      held = []
    }
    return Uint8Array.from(out)
  }

  return { filter, reset: () => void (held = []) }
}
