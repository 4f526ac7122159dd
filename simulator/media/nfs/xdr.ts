import { MediaProblem } from '../source.ts'

/** External Data Representation (RFC 4506): everything in units of four bytes, big-endian. */

export const uint = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const hyper = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** A length, the bytes, and zeros up to the next unit (§4.10, §4.11). */
export const opaque = (bytes: Buffer): Buffer => Buffer.concat([uint(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

export const string = (text: string): Buffer => opaque(Buffer.from(text, 'utf8'))

/** Takes a reply apart, from its beginning; whatever is not there is a problem of the server's. */
export class XdrReader {
  private at = 0
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  uint(): number {
    return this.take(4).readUInt32BE()
  }

  hyper(): number {
    const value = this.take(8).readBigUInt64BE()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MediaProblem('NFS: a size beyond all sizes')
    return Number(value)
  }

  opaque(most: number): Buffer {
    const length = this.uint()
    if (length > most) throw new MediaProblem(`NFS: ${length} bytes where there may be ${most}`)
    const bytes = this.take(length)
    this.take((4 - (length % 4)) % 4)
    return bytes
  }

  skip(bytes: number): void {
    this.take(bytes)
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new MediaProblem('NFS: the reply ends too early')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}
