import { createHash } from 'node:crypto'

/** A server's public key: its type, and the fingerprint as `ssh-keygen -l` writes it. */
export type HostKey = { algorithm: string; fingerprint: string }

/** Reads a public key as it crosses the wire: a string that names its type, then the key (RFC 4253 §6.6). Undefined when it is none. */
export function toHostKey(blob: Buffer): HostKey | undefined {
  if (blob.length < 4) return undefined
  const length = blob.readUInt32BE(0)
  const algorithm = blob.subarray(4, 4 + length).toString('latin1')
  if (blob.length <= 4 + length || !/^[a-z0-9@.-]{1,64}$/.test(algorithm)) return undefined
  return { algorithm, fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}` }
}
