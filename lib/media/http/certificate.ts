import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** X.509 (RFC 5280) in DER, as much of it as a certificate of our own needs: Node reads certificates and makes none. */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const n = body.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : [0x82, n >> 8, n & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const set = (...parts: Uint8Array[]) => der(0x31, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const integer = (bytes: Uint8Array) => der(0x02, bytes)
const isTrue = Buffer.from([0x01, 0x01, 0xff])

/** GeneralizedTime: the one form for years after 2049. */
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]|\.\d+/g, '').replace('Z', '')}Z`, 'latin1'))

const sha256WithRsa = sequence(oid('2a864886f70d01010b'), Buffer.from([0x05, 0x00]))
const commonName = (text: string) => sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(text, 'utf8')))))
const extension = (id: string, critical: boolean, value: Uint8Array) => sequence(oid(id), ...(critical ? [isTrue] : []), der(0x04, value))

const years = 10

/**
 * Makes a key and a certificate for these IPv4 addresses: RSA of 2048 bits with SHA-256, because the TLS of many a BMC knows nothing newer.
 * It signs itself; a BMC that verifies must be given it, or told not to.
 */
export function makeCertificate(addresses: readonly string[], now = new Date()): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })
  const name = commonName('Baseboard images')
  const until = new Date(now)
  until.setUTCFullYear(until.getUTCFullYear() + years)
  const names = sequence(...addresses.map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))))
  const serial = Buffer.concat([Buffer.from([0x4b]), randomBytes(15)])
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    sha256WithRsa,
    name,
    sequence(time(new Date(now.getTime() - 86_400_000)), time(until)),
    name,
    publicKey,
    der(0xa3, sequence(extension('551d13', true, sequence(isTrue)), extension('551d0f', true, Buffer.from([0x03, 0x02, 0x02, 0xa4])), ...(addresses.length === 0 ? [] : [extension('551d11', false, names)]))),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, createPrivateKey(privateKey)))
  const text = sequence(body, sha256WithRsa, signature).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()
  return { cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`, key: privateKey }
}

/** The certificate of the folder; a new one where there is none, it has ended, or it does not name one of these addresses. */
export function keepCertificate(folder: string, addresses: readonly string[], now = new Date()): { cert: string; key: string } {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  if (existsSync(certFile) && existsSync(keyFile)) {
    const cert = readFileSync(certFile, 'utf8')
    const parsed = new X509Certificate(cert)
    const isGood = new Date(parsed.validTo) > now && addresses.every((address) => parsed.checkIP(address) !== undefined)
    if (isGood) return { cert, key: readFileSync(keyFile, 'utf8') }
  }
  const made = makeCertificate(addresses, now)
  for (const [file, text] of [[keyFile, made.key], [certFile, made.cert]] as const) {
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  }
  return made
}
