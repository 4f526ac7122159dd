/** A span of a file's bytes: from `start` up to, and without, `end`. */
export type Span = { start: number; end: number }

/** The whole file (200), these spans of it (206), or nothing of it (416). */
export type Spans = 'whole' | 'unsatisfiable' | Span[]

const spec = /^ *(?:(\d+) *- *(\d+)?|-(\d+)) *$/

/** Nothing that a BMC asks for has more: no number loses a digit on its way. */
const toNumber = (digits: string) => (digits.length > 15 ? null : Number(digits))

/** One range-spec: a span, `empty` where it asks for nothing of this file, `whole` for a span that makes no sense, null where it is none. */
function toSpan(text: string, size: number): Span | 'empty' | 'whole' | null {
  const match = spec.exec(text)
  if (match === null) return null
  const [, from, to, suffix] = match
  if (suffix !== undefined) {
    const length = toNumber(suffix)
    if (length === null) return null
    const start = length < size ? size - length : 0
    return start < size ? { start, end: size } : start === 0 ? 'whole' : 'empty'
  }
  const start = toNumber(from!)
  const last = to === undefined ? size - 1 : toNumber(to)
  if (start === null || last === null) return null
  const end = Math.min(last + 1, size)
  if (start < end) return { start, end }
  return start === 0 ? 'whole' : 'empty'
}

/**
 * Which bytes a Range header asks for, answer for answer as nginx reads it (ngx_http_range_filter_module.c), which every BMC has been
 * tried against: RFC 9110 §14.2 lets a server ignore what it cannot read; nginx says 416 to it, and gives the whole file once to who asks for more
 * than that in pieces.
 */
export function parseRanges(header: string | undefined, size: number): Spans {
  if (header === undefined || header.length < 7 || header.slice(0, 6).toLowerCase() !== 'bytes=') return 'whole'
  const spans: Span[] = []
  let bytes = 0
  for (const text of header.slice(6).split(',')) {
    const span = toSpan(text, size)
    if (span === null) return 'unsatisfiable'
    if (span === 'whole') return 'whole'
    if (span === 'empty') continue
    spans.push(span)
    bytes += span.end - span.start
  }
  if (spans.length === 0) return 'unsatisfiable'
  return bytes > size ? 'whole' : spans
}
