import { createHash } from 'node:crypto'

const known = new Map<string, WeakRef<readonly Buffer[]>>()
const forgotten = new FinalizationRegistry<string>((digest) => {
  if (known.get(digest)?.deref() === undefined) known.delete(digest)
})

/**
 * These records, or the very same ones of another BMC if all their bytes are equal: machines of one model say the same, and a thousand copies
 * with what is decoded of them are hundreds of megabytes. Only what follows from the bytes alone may hang on them. They are let go with the
 * last BMC that has them.
 */
export function shareSdrs(raw: readonly Buffer[]): readonly Buffer[] {
  const hash = createHash('sha256')
  for (const bytes of raw) hash.update(`${bytes.length} `).update(bytes)
  const digest = hash.digest('base64')
  const shared = known.get(digest)?.deref()
  if (shared) return shared
  known.set(digest, new WeakRef(raw))
  forgotten.register(raw, digest)
  return raw
}
