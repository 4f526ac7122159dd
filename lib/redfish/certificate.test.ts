import { expect, it } from 'vitest'
import { toCertificateFacts } from './certificate.ts'
import { toUtc } from './time.ts'

// openssl req -x509 -newkey ed25519 -days 3650 -subj '/CN=bmc-7/O=Baseboard'
const PEM = `-----BEGIN CERTIFICATE-----
MIIBXTCCAQ+gAwIBAgIUQZaiCpJWg5HPJEwBk3LWqdudyy4wBQYDK2VwMCQxDjAM
BgNVBAMMBWJtYy03MRIwEAYDVQQKDAlCYXNlYm9hcmQwHhcNMjYxMTI5MTYwMDMx
WhcNMzYxMTI2MTYwMDMxWjAkMQ4wDAYDVQQDDAVibWMtNzESMBAGA1UECgwJQmFz
ZWJvYXJkMCowBQYDK2VwAyEASLAmGy0M0qgq4jHEg6z0HCwAO3xgftgwFLyoKWT4
f56jUzBRMB0GA1UdDgQWBBR9VHNh1XfFBtkRJKmEP0GOkD3LBDAfBgNVHSMEGDAW
gBR9VHNh1XfFBtkRJKmEP0GOkD3LBDAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANB
AJxE3FaARhP7w5cSsVsuYBb1cSpgNvKKvDkPGiUjiNC94vWHd+zouSlXMsczF1zj
5pqkQpDeC5ZV2HbR04ORvgM=
-----END CERTIFICATE-----`

it('names as objects (DSP0268) and as one line (iLO)', () => {
  const names = { CommonName: 'idrac-F54P1G3', Organization: 'Dell Inc.' }
  expect(toCertificateFacts({ Subject: names, Issuer: 'CN = Default Issuer (Do not trust), O = HPE, C = US', SerialNumber: '9e:cd', ValidNotAfter: '2032-11-23T01:28:00+00:00' })).toEqual({
    subject: 'idrac-F54P1G3',
    issuer: 'Default Issuer (Do not trust)',
    serial: '9ECD',
    validFrom: undefined,
    validUntil: '2032-11-23T01:28:00.000Z',
  })
})

it('what the resource leaves out is read from the certificate in it, wherever it stands in the text (Cray)', () => {
  const facts = toCertificateFacts({ Certificate: `Certificate:\n    Data:\n        Version: 3 (0x2)\n${PEM}\n` })
  expect(facts).toMatchObject({ subject: 'bmc-7', issuer: 'bmc-7', validUntil: '2036-11-26T16:00:31.000Z' })
})

it('nonsense in its place tells nothing', () => {
  const nothing = { subject: undefined, issuer: undefined, serial: undefined, validFrom: undefined, validUntil: undefined }
  expect(toCertificateFacts({ Certificate: [], Subject: 7, ValidNotAfter: 'soon', CertificateString: '-----BEGIN CERTIFICATE-----\nAAAA' })).toEqual(nothing)
})

it.each([
  ['2033-1-12T00:33:00+00:00', '2033-01-12T00:33:00.000Z'],
  ['2023-02-12T00:00:00-06:00', '2023-02-12T06:00:00.000Z'],
  ['Dec 28 12:00:13 2009 GMT', '2009-12-28T12:00:13.000Z'],
  ['2025-04-04', '2025-04-04T00:00:00.000Z'],
  ['04/05/2025', undefined],
  ['2025-13-04', undefined],
  ['', undefined],
])('the time %s', (given, expected) => {
  expect(toUtc(given)).toBe(expected)
})
