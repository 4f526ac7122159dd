/** How the characters of a name are packed: the upper two bits of its type/length byte (IPMI 2.0 §43.15). */
export type TextEncoding = 'unicode' | 'bcd-plus' | 'six-bit' | 'latin-1'

const encodings: readonly TextEncoding[] = ['unicode', 'bcd-plus', 'six-bit', 'latin-1']
const bcdPlus = '0123456789 -.???'

export function encodingOf(typeLength: number): TextEncoding {
  return encodings[typeLength >> 6]!
}

/** The text of a name, without trailing padding; control characters become U+FFFD, since a BMC's text may be shown anywhere. */
export function decodeText(encoding: TextEncoding, bytes: Buffer): string {
  return clean(unpack(encoding, bytes))
}

function unpack(encoding: TextEncoding, bytes: Buffer): string {
  switch (encoding) {
    case 'unicode':
      return bytes.subarray(0, bytes.length & ~1).toString('utf16le')
    case 'bcd-plus':
      return [...bytes].map((byte) => bcdPlus[byte >> 4]! + bcdPlus[byte & 0x0f]!).join('')
    case 'six-bit':
      return unpackSixBit(bytes)
    case 'latin-1':
      return bytes.toString('latin1')
  }
}

/** Characters of 20h–5Fh in six bits each, the first in the lowest bits. */
function unpackSixBit(bytes: Buffer): string {
  let text = ''
  for (let bit = 0; bit + 6 <= bytes.length * 8; bit += 6) {
    const pair = bytes[bit >> 3]! | ((bytes[(bit >> 3) + 1] ?? 0) << 8)
    text += String.fromCharCode(0x20 + ((pair >> (bit & 7)) & 0x3f))
  }
  return text
}

function clean(text: string): string {
  const end = text.indexOf('\0')
  return (end < 0 ? text : text.slice(0, end)).replaceAll(/\p{Cc}|\p{Cs}/gu, '\uFFFD').trim()
}
