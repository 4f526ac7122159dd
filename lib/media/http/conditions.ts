import type { IncomingHttpHeaders } from 'node:http'
import { parseHttpDate } from './http-date.ts'

/** What tells one version of a file from another: both stay as long as the file does, or a BMC mixes two files into one. */
export type Version = { etag: string; modifiedAt: number }

/** Is our tag in a list of tags? `weak` also takes W/"…" (If-None-Match). */
function lists(list: string, etag: string, weak: boolean): boolean {
  if (list === '*') return true
  return list.split(',').some((item) => {
    const tag = item.trim()
    return (weak && tag.startsWith('W/') ? tag.slice(2) : tag) === etag
  })
}

/** Answers a request's conditions as nginx does with its default `if_modified_since exact` (ngx_http_not_modified_filter_module.c). */
export function checkConditions(headers: IncomingHttpHeaders, { etag, modifiedAt }: Version): 'go on' | 'not modified' | 'failed' {
  const unmodifiedSince = headers['if-unmodified-since']
  // A date that cannot be read is before every other.
  if (unmodifiedSince !== undefined && (parseHttpDate(unmodifiedSince) ?? -1) < modifiedAt) return 'failed'
  if (headers['if-match'] !== undefined && !lists(headers['if-match'], etag, false)) return 'failed'
  const since = headers['if-modified-since']
  const noneMatch = headers['if-none-match']
  if (since === undefined && noneMatch === undefined) return 'go on'
  if (since !== undefined && parseHttpDate(since) !== modifiedAt) return 'go on'
  if (noneMatch !== undefined && !lists(noneMatch, etag, true)) return 'go on'
  return 'not modified'
}

/** May a Range be answered in part? If-Range names the version that the asker has a part of; of another one it needs the whole. */
export function isSameVersion(ifRange: string | undefined, { etag, modifiedAt }: Version): boolean {
  if (ifRange === undefined) return true
  if (ifRange.length >= 2 && ifRange.endsWith('"')) return ifRange === etag
  return parseHttpDate(ifRange) === modifiedAt
}
