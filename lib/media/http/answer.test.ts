import { describe, expect, it } from 'vitest'
import { toAnswer, toFileFacts } from './answer.ts'
import { parseHttpDate, toHttpDate } from './http-date.ts'
import { toPlace } from './place.ts'

/** Each row is what nginx 1.22 answers for the same file; e2e/strangers/image-http.test.ts asks it. */

const size = 1000
// 2026-11-30 10:00:00.7 UTC: a header has no room for the rest of the second.
const file = toFileFacts(size, 1796032800_700)
const [etag, modified] = ['"6b0d4920-3e8"', 'Mon, 30 Nov 2026 10:00:00 GMT']
const ask = (headers: Record<string, string>, method = 'GET') => toAnswer({ method, headers, boundary: () => '00000000000000000001' }, file)

it('names a version by time and size', () => {
  expect(ask({})).toEqual({
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'content-length': size, 'accept-ranges': 'bytes', 'last-modified': modified, etag },
    body: [{ start: 0, end: size }],
  })
})

describe('a range', () => {
  it.each<[string, number, number]>([
    ['bytes=0-0', 0, 1],
    ['bytes=0-499', 0, 500],
    ['bytes=500-999', 500, 1000],
    ['bytes=999-999', 999, 1000],
    ['bytes=500-', 500, 1000],
    ['bytes=0-', 0, 1000],
    ['bytes=500-5000', 500, 1000],
    ['bytes=-1', 999, 1000],
    ['bytes=-1000', 0, 1000],
    ['bytes=-5000', 0, 1000],
    ['BYTES=1-2', 1, 3],
    ['bytes= 1 - 2 ', 1, 3],
    ['bytes=1000-1001,5-6', 5, 7],
    ['bytes=-0,5-6', 5, 7],
    ['bytes=7-3,5-6', 5, 7],
  ])('%s is one part', (range, start, end) => {
    expect(ask({ range })).toEqual({
      status: 206,
      headers: { 'content-type': 'application/octet-stream', 'content-length': end - start, 'content-range': `bytes ${start}-${end - 1}/${size}`, 'last-modified': modified, etag },
      body: [{ start, end }],
    })
  })

  it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0', 'bytes=u-u', 'bytes=1', 'bytes=-', 'bytes=1-2,', 'bytes=1-2,x', 'bytes=--1', 'bytes=1-2-3', 'bytes=1x-2', 'bytes=7-3', 'bytes=99999999999999999999-', 'bytes=1-99999999999999999999'])(
    '%s is nothing of the file',
    (range) => {
      expect(ask({ range })).toEqual({ status: 416, headers: { 'content-range': `bytes */${size}`, 'content-length': 0 }, body: [] })
    },
  )

  it.each(['bytes', 'bytes=', 'items=0-1', 'octets=0-499', 'bytes:0-1', 'bytes=0-600,300-999', 'bytes=0-,0-0', 'bytes=0-499,0-499,0-499', 'bytes=0-0,0-999'])('%s is the whole file', (range) => {
    expect(ask({ range }).status).toBe(200)
  })

  it('in several parts has a line before each and one at the end', () => {
    const { status, headers, body } = ask({ range: 'bytes=0-1, 500-502 ,-1' })
    const head = (range: string) => `\r\n--00000000000000000001\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${range}/1000\r\n\r\n`
    expect(status).toBe(206)
    expect(body).toEqual([head('0-1'), { start: 0, end: 2 }, head('500-502'), { start: 500, end: 503 }, head('999-999'), { start: 999, end: 1000 }, '\r\n--00000000000000000001--\r\n'])
    expect(headers).toMatchObject({ 'content-type': 'multipart/byteranges; boundary=00000000000000000001', 'last-modified': modified, etag })
    expect(headers['content-length']).toBe([head('0-1'), head('500-502'), head('999-999'), '\r\n--00000000000000000001--\r\n'].join('').length + 2 + 3 + 1)
    expect(headers).not.toHaveProperty('content-range')
  })

  it('of a file of nothing is nothing', () => {
    const empty = toFileFacts(0, 0)
    const of = (range: string) => toAnswer({ method: 'GET', headers: { range }, boundary: () => '' }, empty).status
    expect(['bytes=0-0', 'bytes=-5', 'bytes=0-', 'bytes=1-2'].map(of)).toEqual([200, 200, 200, 416])
  })
})

describe('conditions', () => {
  const older = 'Mon, 30 Nov 2026 09:59:59 GMT'
  const newer = 'Mon, 30 Nov 2026 10:00:01 GMT'

  it.each<[Record<string, string>, number]>([
    [{ 'if-none-match': etag }, 304],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': `"x", ${etag}` }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-modified-since': newer }, 200],
    [{ 'if-modified-since': older }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-modified-since': modified, 'if-none-match': '"x"' }, 200],
    [{ 'if-modified-since': older, 'if-none-match': etag }, 200],
    [{ 'if-none-match': etag, range: 'bytes=0-1' }, 304],
    [{ 'if-match': etag }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': `W/${etag}` }, 412],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': '"x"', range: 'bytes=0-1' }, 412],
    [{ 'if-unmodified-since': modified }, 200],
    [{ 'if-unmodified-since': newer }, 200],
    [{ 'if-unmodified-since': older }, 412],
    [{ 'if-unmodified-since': 'yesterday' }, 412],
    [{ 'if-range': etag, range: 'bytes=0-1' }, 206],
    [{ 'if-range': `W/${etag}`, range: 'bytes=0-1' }, 200],
    [{ 'if-range': '"x"', range: 'bytes=0-1' }, 200],
    [{ 'if-range': modified, range: 'bytes=0-1' }, 206],
    [{ 'if-range': older, range: 'bytes=0-1' }, 200],
    [{ 'if-range': newer, range: 'bytes=0-1' }, 200],
    [{ 'if-range': 'yesterday', range: 'bytes=0-1' }, 200],
    [{ 'if-range': '"x"', range: 'bytes=5000-' }, 200],
    [{ 'if-range': etag, range: 'bytes=5000-' }, 416],
    [{ 'if-range': etag }, 200],
  ])('%j: %i', (headers, status) => {
    const answer = ask(headers)
    expect(answer.status).toBe(status)
    if (status === 304) expect(answer).toEqual({ status, headers: { 'last-modified': modified, etag }, body: [] })
  })
})

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'PATCH'])('%s is no way to read', (method) => {
  expect(ask({}, method)).toEqual({ status: 405, headers: { allow: 'GET, HEAD', 'content-length': 0 }, body: [] })
})

it.each<[string, number | null]>([
  ['Sun, 06 Nov 1994 08:49:37 GMT', 784_111_777],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 784_111_777],
  ['Sun Nov  6 08:49:37 1994', 784_111_777],
  ['Sun, 31 Feb 1994 08:49:37 GMT', null],
  ['Sun, 06 Nov 1994 24:49:37 GMT', null],
  ['Sun, 06 Nov 1994 08:49:37', null],
  ['1994-11-06T08:49:37Z', null],
  ['', null],
])('the date %s is %s', (text, seconds) => {
  expect(parseHttpDate(text)).toBe(seconds)
  if (seconds !== null) expect(parseHttpDate(toHttpDate(seconds))).toBe(seconds)
})

describe('a place', () => {
  const token = 'abcdefghijklmnopqrstuv2345'
  it.each([`/i/${token}/debian.iso`, `//i//${token}//debian.iso`, `http://10.4.0.2:8081/i/${token}/debian.iso`, `HTTPS://10.4.0.2/i/${token}/debian.iso`])('is %s', (target) => {
    expect(toPlace(target)).toEqual({ token, name: 'debian.iso' })
  })

  it.each([
    '/', '', '*', `/i/${token}`, `/i/${token}/`, `/i/${token}/debian.iso?x=1`, `/i/${token}/debian.iso/`, `/i/${token}/..%2fdebian.iso`, `/i/${token}/../debian.iso`, `/i/${token}/debian.iso%00`,
    `/i/${token}/%64ebian.iso`, `/i/${token.toUpperCase()}/debian.iso`, `/i/${token}x/debian.iso`, '/i/../../etc/passwd', `/i/${token}/debian.txt`, `/j/${token}/debian.iso`, `/i/${token}/de.bian.iso`,
  ])('is not %s', (target) => {
    expect(toPlace(target)).toBeNull()
  })
})
