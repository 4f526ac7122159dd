import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** What a handle is of: a link's folder, or the one file in it. */
export type Place = { kind: 'folder' | 'file'; linkId: string }

export type Handles = { make: (place: Place) => Buffer; open: (handle: Buffer) => Place | null }

const kinds = { folder: 1, file: 2 } as const
const proofBytes = 15
/** The kind, the link's id and a proof that it was made here. */
const handleBytes = 1 + 16 + proofBytes

const toId = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/**
 * NFS handles of 32 bytes that nobody can make up: whoever holds one was given it by a mount with the link's token. They hold over restarts
 * of the depot, so that an install goes on; what they open is asked of the link each time, with the caller's address.
 */
export function createHandles(key: Buffer): Handles {
  const proofOf = (body: Buffer) => createHmac('sha256', key).update(body).digest().subarray(0, proofBytes)
  return {
    make({ kind, linkId }) {
      const body = Buffer.concat([Buffer.from([kinds[kind]]), Buffer.from(linkId.replaceAll('-', ''), 'hex')])
      return Buffer.concat([body, proofOf(body)])
    },
    open(handle) {
      if (handle.length !== handleBytes) return null
      const body = handle.subarray(0, 17)
      if (!timingSafeEqual(handle.subarray(17), proofOf(body))) return null
      return { kind: body[0] === kinds.folder ? 'folder' : 'file', linkId: toId(body.subarray(1)) }
    },
  }
}

/** The key of the handles, from its file or made. */
export function keepHandleKey(file: string): Buffer {
  if (existsSync(file)) {
    const key = readFileSync(file)
    if (key.length === 32) return key
  }
  const key = randomBytes(32)
  writeFileSync(`${file}.new`, key, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
  return key
}
