import { describe, expect, test } from 'vitest'
import { deriveSessionKeys, findCipherSuite, isSameCode, type CipherSuiteId } from './cipher-suites.ts'
import { decodeRequest } from './message.ts'
import { rakp2Code, rakp3Code, rakp4Code, sessionIntegrityKey, type RakpExchange } from './rakp-codes.ts'
import * as rakp from './rakp.ts'
import { decodePacket, openPacket } from './session-packet.ts'

// The suites with MD5 (IPMI 2.0 §13.28), of which the specification gives no examples. What is marked FreeIPMI was made by ipmipower 1.6.10
// (-u admin -p secret -l ADMIN -I 8 and -I 12); it also checked and took what is marked BMC, which our simulator made.

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

type Vector = { suite: CipherSuiteId; title: string; open: Buffer; rakp1: Buffer; rakp2: Buffer; rakp3: Buffer; rakp4: Buffer; request: Buffer }

const vectors: Vector[] = [
  {
    suite: 8,
    title: 'RAKP-HMAC-MD5, HMAC-MD5-128, AES-CBC-128',
    // BMC: tag 26h, status 0, administrator, console session DA37300Bh, BMC session F5A434C8h, authentication 2, integrity 2, confidentiality 1
    open: hex('26000400 0b3037da c834a4f5 0000000802000000 0100000802000000 0200000801000000'),
    // FreeIPMI: tag 27h, BMC session, console random, role 14h (name only, administrator), name length 5, "admin"
    rakp1: hex('27000000 c834a4f5 430d75d3854648b3649bfd55379b3e56 14 0000 05 61646d696e'),
    // BMC: tag 27h, status 0, console session, BMC random, GUID, 16 bytes of HMAC-MD5 by the password
    rakp2: hex('27000000 0b3037da b213bde40785ea753826dbf0fd34a36e 0af68a996882b380b84a8f6aeae71e1c 65fb43c7fd1672dda5cd821e416fb8f2'),
    // FreeIPMI: tag 28h, status 0, BMC session, 16 bytes of HMAC-MD5 by the password
    rakp3: hex('28000000 c834a4f5 170cc5c0d48d035f34a9fb913ba7680d'),
    // BMC: tag 28h, status 0, console session, the whole HMAC-MD5 by the session integrity key
    rakp4: hex('28000000 0b3037da 259000e223c3fc0822eca0ec0662f5e0'),
    // FreeIPMI: RMCP, RMCP+, encrypted and signed IPMI, BMC session, sequence 1, 20h bytes: IV and one block; pad, pad length, next header; HMAC-MD5-128
    request: hex(
      '0600ff07 06 c0 c834a4f5 01000000 2000 93ccaf5b715a3a29f192be3fcf85b6f5 2fac2f6969e83ff7069292d3f864f515 ffff 02 07 c98980095df54e27a35c38b310c08d36',
    ),
  },
  {
    suite: 12,
    title: 'RAKP-HMAC-MD5, MD5-128, AES-CBC-128',
    // BMC: tag 96h, status 0, administrator, console session, BMC session, authentication 2, integrity 3, confidentiality 1
    open: hex('96000400 912d9a3a c2ad457e 0000000802000000 0100000803000000 0200000801000000'),
    // FreeIPMI, as above
    rakp1: hex('97000000 c2ad457e 2fe5953eb0fbb13d12a1fc4c4f8da8c9 14 0000 05 61646d696e'),
    // BMC
    rakp2: hex('97000000 912d9a3a d22e28b1b0b8082590c13e678e88e9f3 0af68a996882b380b84a8f6aeae71e1c e6ba5c7b272a6b1382a7a1dd49bf37a1'),
    // FreeIPMI
    rakp3: hex('98000000 c2ad457e 6032552e14f64ca8fb1dad24b5e068be'),
    // BMC
    rakp4: hex('98000000 912d9a3a db16847a191173d6a4a98ef7d8bb7457'),
    // FreeIPMI: at the end MD5 over the password padded to 20 bytes, the packet, and the padded password again
    request: hex(
      '0600ff07 06 c0 c2ad457e 01000000 2000 59c4c84b8fd383c734329bb5637056a2 666aeac2b40ce6aeac77febf22913ae4 ffff 02 07 573146bb363c59c2dea1704a93aac720',
    ),
  },
]

describe.each(vectors)('suite $suite: $title', ({ suite, open, rakp1, rakp2, rakp3, rakp4, request }) => {
  const opened = rakp.decodeOpenSessionResponse(open) as rakp.OpenSessionResponse
  const first = rakp.decodeRakp1(rakp1)
  const second = rakp.decodeRakp2(rakp2) as rakp.Rakp2
  const password = Buffer.from('secret')
  const exchange: RakpExchange = {
    suite: findCipherSuite(opened)!,
    consoleSessionId: opened.consoleSessionId,
    managedSystemSessionId: opened.managedSystemSessionId,
    consoleRandom: first.consoleRandom,
    managedSystemRandom: second.managedSystemRandom,
    guid: second.guid,
    role: first.role,
    username: first.username,
    password,
  }
  const sik = sessionIntegrityKey(exchange)

  test('Open Session names it', () => {
    expect(exchange.suite.id).toBe(suite)
  })

  test('RAKP 2, 3 and 4 have our codes', () => {
    expect(rakp2Code(exchange).toString('hex')).toBe(second.code.toString('hex'))
    expect(rakp3Code(exchange).toString('hex')).toBe(rakp.decodeRakp3(rakp3).code.toString('hex'))
    expect(rakp4Code(exchange, sik).toString('hex')).toBe((rakp.decodeRakp4(rakp4) as rakp.Rakp4).code.toString('hex'))
  })

  test('FreeIPMI’s first packet opens: Set Session Privilege Level to administrator', () => {
    const message = decodeRequest(openPacket(decodePacket(request), deriveSessionKeys(exchange.suite, sik, password)))
    expect(message).toMatchObject({ netFn: 0x06, cmd: 0x3b })
    expect([...message.data]).toEqual([0x04])
  })

  test('a packet with any byte changed does not', () => {
    const keys = deriveSessionKeys(exchange.suite, sik, password)
    for (let i = 4; i < request.length; i++) {
      const changed = Buffer.from(request)
      changed[i]! ^= 0x01
      expect(() => openPacket(decodePacket(changed), keys), `byte ${i}`).toThrow(/./)
    }
  })

  test('another password makes another code', () => {
    const other = { ...exchange, password: Buffer.from('secreT') }
    expect(isSameCode(rakp2Code(other), second.code)).toBe(false)
  })
})
