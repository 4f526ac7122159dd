import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

export interface ServerCertificate {
  key: string
  cert: string
}

/**
 * A fresh self-signed certificate on a fresh P-256 key, in about a millisecond, so that each simulated BMC has its own and
 * can change it. The DER is written by hand (RFC 5280 §4.1): eleven fields do not need a library.
 */
export function createCertificate(commonName: string): ServerCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = toBeSigned(commonName, publicKey)
  const signature = sign('sha256', body, privateKey)
  const der = sequence(body, ecdsaWithSha256, bitString(signature))
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: toPem(der) }
}

const tag = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
}

const oid = {
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  commonName: [0x55, 0x04, 0x03],
  basicConstraints: [0x55, 0x1d, 0x13],
}

const ecdsaWithSha256 = sequence(der(tag.oid, Buffer.from(oid.ecdsaWithSha256)))

function toBeSigned(commonName: string, publicKey: KeyObject): Buffer {
  const version3 = der(tag.version, der(tag.integer, Buffer.from([2])))
  const serial = randomBytes(16)
  // A positive integer that needs no padding byte: the first bit 0, the second 1.
  serial[0] = (serial[0]! & 0x3f) | 0x40
  const name = sequence(der(tag.set, sequence(der(tag.oid, Buffer.from(oid.commonName)), der(tag.utf8, Buffer.from(commonName)))))
  // Up to 2049 a date has two digits of the year, from then on four (RFC 5280 §4.1.2.5).
  const validity = sequence(der(tag.utcTime, Buffer.from('200101000000Z')), der(tag.generalizedTime, Buffer.from('20501231235959Z')))
  const basicConstraints = sequence(der(tag.oid, Buffer.from(oid.basicConstraints)), der(tag.octets, sequence()))
  return sequence(
    version3,
    der(tag.integer, serial),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(tag.extensions, sequence(basicConstraints)),
  )
}

function der(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), derLength(content.length), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(tag.sequence, Buffer.concat(parts))
}

function bitString(content: Buffer): Buffer {
  return der(tag.bits, Buffer.concat([Buffer.from([0]), content]))
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  if (length < 0x100) return Buffer.from([0x81, length])
  return Buffer.from([0x82, length >> 8, length & 0xff])
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
