/** What was sent is not XDR, or not what was agreed: the caller is told "garbage arguments" and nothing else happens. */
export class Garbage extends Error {
  override readonly name = 'Garbage'
}

/** Reads XDR (RFC 4506). Every length is checked before it is read; what is read is a view of the packet. */
export class XdrReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new Garbage(`${length} bytes at ${this.#at} of ${this.#bytes.length}`)
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  uint(): number {
    return this.#take(4).readUInt32BE()
  }

  hyper(): bigint {
    return this.#take(8).readBigUInt64BE()
  }

  fixed(length: number): Buffer {
    const part = this.#take(length)
    this.#take(-length & 3)
    return part
  }

  /** Bytes with their length in front, at most `most`. */
  opaque(most: number): Buffer {
    const length = this.uint()
    if (length > most) throw new Garbage(`${length} bytes where ${most} may be`)
    return this.fixed(length)
  }

  /** A name: bytes that are no letter, digit or plain mark make it none of ours, so they may come out as anything. */
  string(most: number): string {
    return this.opaque(most).toString('latin1')
  }
}

const pad = Buffer.alloc(3)

export const uint = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const hyper = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** Bytes with their length in front, filled up to four. */
export const opaque = (bytes: Buffer): Buffer => Buffer.concat([uint(bytes.length), bytes, pad.subarray(0, -bytes.length & 3)])

export const string = (text: string): Buffer => opaque(Buffer.from(text, 'latin1'))
