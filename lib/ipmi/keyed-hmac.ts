import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'

const hashes = { sha1, md5, sha256 } as const
export type Hash = keyof typeof hashes

const idle = (hash: Hash) => hmac.create(hashes[hash], new Uint8Array(0))
/** What is being computed: all keys of a hash take turns, for nothing is left of one code when the next begins. */
const working = { sha1: idle('sha1'), md5: idle('md5'), sha256: idle('sha256') } as const

/**
 * HMAC by one key, for many messages of some sixty bytes. The key is hashed once, where Node's createHmac hashes it for each of them and makes an object of
 * OpenSSL's that the collector of garbage must end again: that costs twice what the code itself does.
 */
export class KeyedHmac {
  readonly #hash: Hash
  readonly #keyed

  constructor(hash: Hash, key: Uint8Array) {
    this.#hash = hash
    this.#keyed = hmac.create(hashes[hash], key)
  }

  /** The whole code of a message. */
  digest(message: Uint8Array): Buffer {
    const code = Buffer.allocUnsafe(this.#keyed.outputLen)
    this.#keyed._cloneInto(working[this.#hash]).update(message).digestInto(code)
    return code
  }
}
