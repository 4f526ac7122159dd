import type { MaskKind } from './kinds.ts'

const padded = (number: number, digits: number, radix = 10) => number.toString(radix).padStart(digits, '0')
const isUpper = (text: string) => /[A-F]/.test(text) && !/[a-f]/.test(text)

function toHex(original: string, hex: string): string {
  return isUpper(original) ? hex.toUpperCase() : hex
}

/** Digits of the original, in its grouping: the made-up ones fill it from the right, `first` from the left. */
function fill(original: string, first: string, number: number): string {
  const count = original.replace(/[^0-9a-f]/gi, '').length
  const digits = first + padded(number, Math.max(1, count - first.length), 16)
  let at = 0
  return toHex(original, original.replace(/[0-9a-f]/gi, () => digits[at++] ?? '0'))
}

/** Reserved for documentation and benchmarks: nobody's. */
function toAddress(original: string, number: number): string {
  if (!original.includes(':')) return `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`
  return /^fe80:/i.test(original) ? `fe80::${number.toString(16)}` : `2001:db8::${number.toString(16)}`
}

function toStorageId(original: string, number: number): string {
  const match = /^(naa\.|eui\.|0x|nqn\.|iqn\.)?(.*)$/i.exec(original)!
  const [, prefix = '', rest = ''] = match
  if (/^[in]qn\.$/i.test(prefix)) return `${prefix}2000-01.com.example:${number}`
  return /^[0-9a-f:-]{8,}$/i.test(rest) ? prefix + fill(rest, '5', number) : `id-${number}`
}

/** Something of the same form that tells nothing, the `number`th of its kind. */
export function toPseudonym(kind: MaskKind, original: string, number: number): string {
  switch (kind) {
    case 'serial':
      return `SN${padded(number, 5)}`
    case 'asset':
      return `ASSET-${number}`
    case 'uuid':
      return /^[0-9a-f-]{32,36}$/i.test(original) ? fill(original, '0000000000004000800', number) : `id-${number}`
    case 'mac':
      return fill(original, '020000', number)
    case 'address':
      return toAddress(original, number)
    case 'host':
      return original.includes('.') ? `host-${number}.example` : `host-${number}`
    case 'user':
      return `user-${number}`
    case 'contact':
      return original.includes('@') ? `contact-${number}@example.com` : `contact-${number}`
    case 'storageId':
      return toStorageId(original, number)
    case 'secret':
    case 'certificate':
      return 'masked'
  }
}
