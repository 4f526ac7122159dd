import { mkdtempSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { credentialContext } from './context.ts'
import { createKeys, readKeys, toRecord, unlock, VaultRefused } from './keys.ts'
import { isSealedWith, openAtRest, openInbox, sealAtRest, SealBroken } from './open.ts'
import { openInboxSealer, sealForConductor } from './seal.ts'

let folder: string
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'vault-')), 'conductor')))
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const here = credentialContext({ nodeId: '7b0c', address: '10.4.0.7', ports: { redfish: 443, ipmi: 623 } })
const elsewhere = credentialContext({ nodeId: '7b0d', address: '10.4.0.8', ports: { redfish: 443, ipmi: 623 } })
const secret = 'correct horse ☂'

describe('credentialContext', () => {
  it('is the same text for the same node, address and ports, and another for any change', () => {
    expect(here).toBe('{"address":"10.4.0.7","nodeId":"7b0c","ports":{"ipmi":623,"redfish":443}}')
    expect(credentialContext({ nodeId: '7B0C', address: ' 10.4.0.7', ports: { ipmi: 623, redfish: 443, ssh: undefined } })).toBe(here)
    expect(credentialContext({ nodeId: '7b0c', address: '10.4.0.7', ports: { redfish: 443, ipmi: 624 } })).not.toBe(here)
  })
})

describe('a sealed password', () => {
  const ways = [
    ['in the inbox', (keys: ReturnType<typeof createKeys>) => sealForConductor(keys.publicKey, secret, here), openInbox],
    ['at rest', (keys: ReturnType<typeof createKeys>) => sealAtRest(keys, secret, here), openAtRest],
  ] as const

  it.each(ways)('%s opens in its own place alone', (_, seal, open) => {
    const keys = createKeys(folder)
    const sealed = seal(keys)
    expect(open(keys, sealed, here)).toBe(secret)
    expect(() => open(keys, sealed, elsewhere)).toThrow(SealBroken)
    expect(Buffer.from(sealed).includes(Buffer.from('horse'))).toBe(false)
    expect(Buffer.from(seal(keys)).equals(Buffer.from(sealed))).toBe(false)
  })

  it('is sealed with its own nonce where several share a key, and opens in its own place alone', () => {
    const keys = createKeys(folder)
    const seal = openInboxSealer(keys.publicKey)
    const sealed = Array.from({ length: 200 }, (_, index) => seal(secret, index === 0 ? here : elsewhere))
    expect(new Set(sealed.map((one) => Buffer.from(one.subarray(33, 45)).toString('hex'))).size).toBe(200)
    expect([openInbox(keys, sealed[0]!, here), openInbox(keys, sealed[199]!, elsewhere)]).toEqual([secret, secret])
    expect(() => openInbox(keys, sealed[1]!, here)).toThrow(SealBroken)
  })

  it.each(ways)('%s does not open with one bit changed or one byte cut off', (_, seal, open) => {
    const keys = createKeys(folder)
    const sealed = seal(keys)
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Uint8Array.from(sealed)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      // RFC 7748 §5: the highest bit of an X25519 public key is ignored by the curve; it is in the authenticated data all the same.
      expect(() => open(keys, changed, here), `bit ${bit}`).toThrow(SealBroken)
    }
    for (let length = 0; length < sealed.length; length += 1) expect(() => open(keys, sealed.subarray(0, length), here)).toThrow(SealBroken)
  })

  it.each(ways)('%s does not open with other keys', (_, seal, open) => {
    const sealed = seal(createKeys(folder))
    expect(() => open(createKeys(`${folder}2`), sealed, here)).toThrow(SealBroken)
  })

  it('says which key sealed it, and nothing of the password when it does not open', () => {
    const keys = createKeys(folder)
    const sealed = sealAtRest(keys, secret, here)
    expect(isSealedWith(keys, sealed)).toBe(true)
    expect(isSealedWith(createKeys(`${folder}2`), sealed)).toBe(false)
    expect(() => openAtRest(keys, sealed, elsewhere)).toThrow(/^the stored password does not open/)
  })

  it('refuses an all-zero public key, with which everyone could read', () => {
    expect(() => sealForConductor(Buffer.alloc(32).toString('base64url'), secret, here)).toThrow()
    expect(() => sealForConductor('AAAA', secret, here)).toThrow(/32 bytes/)
  })
})

describe('the keys', () => {
  const nothing = { record: null, sealedCount: 0 }

  it('are made once, for their owner alone, and read again', () => {
    const first = unlock(folder, nothing)
    expect(first.publish).toBe(true)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder).sort()).toEqual(['inbox.key', 'kek.key'])
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    const again = unlock(folder, { record: toRecord(first.keys), sealedCount: 3 })
    expect(again.publish).toBe(false)
    expect(again.keys.kek.equals(first.keys.kek)).toBe(true)
    expect(() => createKeys(folder)).toThrow(/EEXIST/)
  })

  it('that are missing while passwords are stored are not made anew', () => {
    const record = toRecord(createKeys(`${folder}2`))
    expect(() => unlock(folder, { record, sealedCount: 2 })).toThrow(VaultRefused)
    expect(() => unlock(folder, { record, sealedCount: 2 })).toThrow(/missing from .*conductor, and 2 stored passwords .* restore kek\.key and inbox\.key/)
    expect(readKeys(folder)).toBeNull()
  })

  it('of another database are refused, and left as they are', () => {
    const other = toRecord(createKeys(`${folder}2`))
    const keys = createKeys(folder)
    for (const record of [other, null, { ...toRecord(keys), kekFingerprint: other.kekFingerprint }, { ...toRecord(keys), inboxFingerprint: '00' }]) {
      expect(() => unlock(folder, { record, sealedCount: 1 })).toThrow(/are not those of this database/)
    }
    expect(readKeys(folder)!.kekFingerprint).toBe(keys.kekFingerprint)
  })

  it('of another database are published where nothing is sealed yet', () => {
    const keys = createKeys(folder)
    expect(unlock(folder, { record: toRecord(createKeys(`${folder}2`)), sealedCount: 0 })).toMatchObject({ publish: true, keys: { publicKey: keys.publicKey } })
  })

  it('are refused when half of them is gone, damaged, or open to others', () => {
    createKeys(folder)
    chmodSync(join(folder, 'kek.key'), 0o640)
    expect(() => unlock(folder, nothing)).toThrow(/kek\.key can be read by others/)
    chmodSync(join(folder, 'kek.key'), 0o600)
    writeFileSync(join(folder, 'kek.key'), 'short')
    expect(() => unlock(folder, nothing)).toThrow(/kek\.key is damaged/)
    unlinkSync(join(folder, 'kek.key'))
    expect(() => unlock(folder, nothing)).toThrow(/kek\.key is missing/)
  })
})
