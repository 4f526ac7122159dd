import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { checkConditions, isSameVersion, type Version } from './conditions.ts'
import { toHttpDate } from './http-date.ts'
import { parseRanges, type Span } from './ranges.ts'

/** A file as HTTP speaks of it. `size` in bytes. */
export type FileFacts = Version & { size: number; lastModified: string }

/** A piece of a body: text of our own, or a span of the file. */
export type Piece = string | Span

export type Answer = { status: number; headers: OutgoingHttpHeaders; body: readonly Piece[] }

export type Asked = { method: string; headers: IncomingHttpHeaders; boundary: () => string }

const type = 'application/octet-stream'

/** The tag that nginx gives a file (time and size): stable for as long as the file is, over restarts too. */
export function toFileFacts(size: number, modifiedMs: number): FileFacts {
  const modifiedAt = Math.floor(modifiedMs / 1000)
  return { size, modifiedAt, lastModified: toHttpDate(modifiedAt), etag: `"${modifiedAt.toString(16)}-${size.toString(16)}"` }
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)

const lengthOf = (body: readonly Piece[]) => body.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : piece.end - piece.start), 0)

/** RFC 9110 §14.6, with nginx's line breaks: the first part begins with one. */
function toParts(spans: readonly Span[], size: number, boundary: string): Piece[] {
  const parts = spans.flatMap(({ start, end }) => [
    `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: bytes ${start}-${end - 1}/${size}\r\n\r\n`,
    { start, end },
  ])
  return [...parts, `\r\n--${boundary}--\r\n`]
}

const empty = (status: number, headers: OutgoingHttpHeaders = {}): Answer => ({ status, headers: { ...headers, 'content-length': 0 }, body: [] })

/**
 * What is answered to a request for a file: pure, so that every odd range is a row in a table. The same as nginx says of the same file
 * (e2e/strangers/image-http.test.ts), but for the words in the body of a refusal: never gzip, chunks, redirects or cookies.
 */
export function toAnswer({ method, headers, boundary }: Asked, file: FileFacts): Answer {
  if (method !== 'GET' && method !== 'HEAD') return empty(405, { allow: 'GET, HEAD' })
  const version = { 'last-modified': file.lastModified, etag: file.etag }
  const condition = checkConditions(headers, file)
  if (condition === 'failed') return empty(412)
  if (condition === 'not modified') return { status: 304, headers: version, body: [] }
  const spans = isSameVersion(first(headers['if-range']), file) ? parseRanges(headers.range, file.size) : 'whole'
  if (spans === 'unsatisfiable') return empty(416, { 'content-range': `bytes */${file.size}` })
  if (spans === 'whole') {
    return { status: 200, headers: { ...version, 'content-type': type, 'content-length': file.size, 'accept-ranges': 'bytes' }, body: [{ start: 0, end: file.size }] }
  }
  const [only] = spans
  if (spans.length === 1) {
    const range = { 'content-range': `bytes ${only!.start}-${only!.end - 1}/${file.size}`, 'content-length': only!.end - only!.start }
    return { status: 206, headers: { ...version, 'content-type': type, ...range }, body: [only!] }
  }
  const line = boundary()
  const body = toParts(spans, file.size, line)
  return { status: 206, headers: { ...version, 'content-type': `multipart/byteranges; boundary=${line}`, 'content-length': lengthOf(body) }, body }
}
