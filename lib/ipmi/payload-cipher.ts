import { createCipheriv, createDecipheriv } from 'node:crypto'

export const aesBlock = 16

/**
 * AES-CBC-128 of one session, each packet with its own IV (IPMI 2.0 §13.29). OpenSSL's two contexts are kept, for making one costs more
 * than encrypting a packet. A kept context chains on from the last block it saw; so the first block of each packet is changed in such a way
 * that it chains on from the packet's IV instead.
 */
export class PayloadCipher {
  readonly #encryption
  readonly #decryption
  /** The ciphertext that each context chains on from. */
  readonly #sent = Buffer.alloc(aesBlock)
  readonly #received = Buffer.alloc(aesBlock)

  constructor(key: Uint8Array) {
    const zeros = Buffer.alloc(aesBlock)
    this.#encryption = createCipheriv('aes-128-cbc', key, zeros).setAutoPadding(false)
    this.#decryption = createDecipheriv('aes-128-cbc', key, zeros).setAutoPadding(false)
  }

  /** `plain` is whole blocks, at least one; its first is overwritten. */
  encrypt(iv: Uint8Array, plain: Buffer): Buffer {
    for (let i = 0; i < aesBlock; i++) plain[i]! ^= iv[i]! ^ this.#sent[i]!
    const sealed = this.#encryption.update(plain)
    sealed.copy(this.#sent, 0, sealed.length - aesBlock)
    return sealed
  }

  /** `sealed` is whole blocks, at least one. */
  decrypt(iv: Uint8Array, sealed: Buffer): Buffer {
    const plain = this.#decryption.update(sealed)
    for (let i = 0; i < aesBlock; i++) plain[i]! ^= iv[i]! ^ this.#received[i]!
    sealed.copy(this.#received, 0, sealed.length - aesBlock)
    return plain
  }
}
