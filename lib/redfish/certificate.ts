import { X509Certificate } from 'node:crypto'
import * as z from 'zod'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import { anything, parseLoose, text } from './loose.ts'
import { toUtc } from './time.ts'

/** What a certificate says; undefined where it, or the BMC, does not. Times are ISO 8601. */
export type CertificateFacts = {
  subject: string | undefined
  issuer: string | undefined
  serial: string | undefined
  validFrom: string | undefined
  validUntil: string | undefined
}

const MAX_PEM = 65_536

const names = z.object({ CommonName: text, Organization: text, OrganizationalUnit: text })
const certificate = z.object({
  Subject: anything,
  Issuer: anything,
  SerialNumber: text,
  ValidNotBefore: text,
  ValidNotAfter: text,
  CertificateString: anything,
  Certificate: anything,
})

/** A Certificate resource (DSP0268). What it leaves out is read from the certificate itself, where that is in it. */
export function toCertificateFacts(body: unknown): CertificateFacts {
  const given = parseLoose(certificate, body)
  const told = {
    subject: toName(given.Subject),
    issuer: toName(given.Issuer),
    serial: toSerial(toFact(given.SerialNumber)),
    validFrom: toUtc(given.ValidNotBefore),
    validUntil: toUtc(given.ValidNotAfter),
  }
  const itself = Object.values(told).every((value) => value !== undefined) ? undefined : (readPem(given.CertificateString) ?? readPem(given.Certificate))
  return {
    subject: told.subject ?? itself?.subject,
    issuer: told.issuer ?? itself?.issuer,
    serial: told.serial ?? itself?.serial,
    validFrom: told.validFrom ?? itself?.validFrom,
    validUntil: told.validUntil ?? itself?.validUntil,
  }
}

/** The certificate that a peer showed, or that a resource holds. */
export function readCertificate(given: X509Certificate): CertificateFacts {
  return {
    subject: toCommonName(given.subject),
    issuer: toCommonName(given.issuer),
    serial: given.serialNumber,
    validFrom: toUtc(given.validFrom),
    validUntil: toUtc(given.validTo),
  }
}

function readPem(value: unknown): CertificateFacts | undefined {
  if (typeof value !== 'string' || value.length > MAX_PEM || !value.includes('-----BEGIN CERTIFICATE-----')) return undefined
  try {
    return readCertificate(new X509Certificate(value.slice(value.indexOf('-----BEGIN CERTIFICATE-----'))))
  } catch {
    // What cannot be parsed tells nothing; the resource's own properties stand.
    return undefined
  }
}

/** `03:DC:b5` (OpenSSL) as Node writes it, `03DCB5`: one certificate has one number, wherever it is read from. */
const toSerial = (given: string | undefined) => (/^[\da-f]{2}(?::[\da-f]{2})+$/i.test(given ?? '') ? given?.replaceAll(':', '').toUpperCase() : given)

/** An object of names, or one line of them: the common name, else whatever names its owner. */
function toName(given: unknown): string | undefined {
  if (typeof given === 'string') return toCommonName(given)
  const { CommonName, Organization, OrganizationalUnit } = parseLoose(names, given)
  if (findGarbledProperties(given, { CommonName: 'word' }).length > 0) return undefined
  return toFact(CommonName) ?? toFact(Organization) ?? toFact(OrganizationalUnit)
}

/** `CN = ilo, O = HPE` (iLO), or a line for each name (Node): the common name, else all of them. */
function toCommonName(given: string | undefined): string | undefined {
  const pairs = given?.split(/\n|,\s*(?=[A-Z]+\s*=)/).map((pair) => pair.trim()) ?? []
  const common = pairs.find((pair) => /^CN\s*=/i.test(pair))?.replace(/^CN\s*=\s*/i, '')
  return text.parse(toFact(common) ?? pairs.join(', ').slice(0, 200))
}
