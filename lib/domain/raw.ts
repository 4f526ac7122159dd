import * as z from 'zod/mini'

/** A request that a person puts to a node's BMC by hand, in the BMC's own words. */
export const changeMethod = z.enum(['POST', 'PATCH', 'DELETE'])
export type ChangeMethod = z.infer<typeof changeMethod>
/** `IPMI`: one command by its bytes. `SETUP`, `SET`: how the BMC itself is set up, read or changed. */
export type RawMethod = 'GET' | ChangeMethod | 'IPMI' | 'SETUP' | 'SET'
/** What changes nothing leaves no row in the audit. */
export const isReadingMethod = (method: RawMethod): boolean => method === 'GET' || method === 'SETUP'

/** A request as it was asked: of which node, what, and by whom. `body` is JSON as text; of an IPMI command its data, and `path` its function and number (`30 70`); of SET the setting. */
export type RawAsked = {
  id: string
  nodeId: string
  method: RawMethod
  path: string
  body: string | null
  ifMatch: string | null
  by: string
  byId: string
  byKind: 'person' | 'token'
  sessionId: string | null
  ip: string | null
  requestId: string | null
}

/** A change: JSON or nothing, and for a PATCH the ETag of the state that the person decided on. */
export type RawChange = { method: ChangeMethod; path: string; body: unknown; ifMatch: string | undefined }

/** What a BMC answered, whatever its status; the body is kept beside it. `location`: where a task or a new resource is. */
export const rawAnswer = z.object({
  status: z.int(),
  etag: z.nullable(z.string()),
  allow: z.nullable(z.string()),
  location: z.nullable(z.string()),
  elapsedMs: z.number(),
  /** What the BMC says of it in sentences (DSP0266 ExtendedInfo). */
  messages: z.array(z.string()),
  /** The beginning of a body that is not JSON. */
  text: z.nullable(z.string()),
  /** Values in the body that are secrets and stay here. */
  hidden: z.int(),
})
export type RawAnswer = z.infer<typeof rawAnswer>

/** Stands in an answer where a secret was. It is never sent back. */
export const hiddenValue = '‹hidden by Baseboard›'

export const rawFailure = z.object({ code: z.string(), message: z.string() })
export type RawFailure = z.infer<typeof rawFailure>

/** An IPMI command as a person wrote it: network function, number, and data. */
export type IpmiCommand = { netFn: number; cmd: number; data: readonly number[] }

/** What a BMC answered to it: 0 when it was carried out, else why not in words; and the data behind the code, in hexadecimal. */
export const ipmiAnswer = z.object({ completionCode: z.int(), meaning: z.nullable(z.string()), data: z.string(), elapsedMs: z.number() })
export type IpmiAnswer = z.infer<typeof ipmiAnswer>

/** Bytes as they are written for people: `30 70 0a`. */
export const toBytesText = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
export const fromBytesText = (text: string): number[] => (text === '' ? [] : text.split(' ').map((byte) => Number.parseInt(byte, 16)))
