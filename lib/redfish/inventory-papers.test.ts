import { describe, expect, it } from 'vitest'
import { createCollector } from './inventory-collector.ts'
import { readCertificates } from './inventory-certificates.ts'
import { readLicences } from './inventory-licences.ts'
import { createMemorySession } from './testing/memory-session.ts'

const at = (path: string) => ({ '@odata.id': path })
const MANAGER = '/redfish/v1/Managers/m'

async function gather(resources: Record<string, unknown>, read: (collector: ReturnType<typeof createCollector>) => Promise<void>) {
  const session = createMemorySession(resources)
  const collector = createCollector(session, Infinity)
  await read(collector)
  return { ...collector.result(), requests: session.requests }
}

describe('licences', () => {
  const service = { LicenseService: at('/redfish/v1/LicenseService') }
  const dell = { Links: { Oem: { Dell: { DellLicenseCollection: at(`${MANAGER}/DellLicenses`), DellLicenseManagementService: at(`${MANAGER}/Management`) } } } }

  it('by the standard service; the vendor tells the same and is not asked (Dell)', async () => {
    const resources = {
      '/redfish/v1/LicenseService': { Licenses: at('/redfish/v1/LicenseService/Licenses') },
      '/redfish/v1/LicenseService/Licenses': { Members: [at('/redfish/v1/LicenseService/Licenses/1')] },
      '/redfish/v1/LicenseService/Licenses/1': { Id: 'FD1', Name: 'FD1', EntitlementId: 'FD1', Description: 'iDRAC9 Enterprise', LicenseType: 'Trial', ExpirationDate: '2027-01-01T00:00:00Z' },
    }
    const { parts, sections, requests } = await gather(resources, (collector) => readLicences(collector, service, [dell]))
    expect(parts).toMatchObject([{ slot: 'iDRAC9 Enterprise', serial: 'FD1', technology: 'Trial', validUntil: '2027-01-01T00:00:00.000Z' }])
    expect([sections.licence, requests.length]).toEqual(['read', 3])
  })

  it('by the standard service alone where there is one, although it tells none', async () => {
    const resources = { '/redfish/v1/LicenseService': {}, [`${MANAGER}/DellLicenses`]: { Members: [at(`${MANAGER}/DellLicenses/1`)] }, [`${MANAGER}/DellLicenses/1`]: { Id: '1' } }
    const { parts, requests } = await gather(resources, (collector) => readLicences(collector, service, [dell]))
    expect([parts, requests]).toEqual([[], ['GET /redfish/v1/LicenseService']])
  })

  it("by the vendor's own collection, without its key (iLO)", async () => {
    const hpe = { Oem: { Hpe: { License: { LicenseKey: 'AAAAA-BBBBB' }, Links: { LicenseService: at(`${MANAGER}/LicenseService`) } } } }
    const resources = {
      [`${MANAGER}/LicenseService`]: { Members: [at(`${MANAGER}/LicenseService/1`)] },
      [`${MANAGER}/LicenseService/1`]: { Id: '1', Name: 'iLO License', License: 'iLO Advanced', LicenseKey: 'AAAAA-BBBBB', LicenseType: 'Perpetual', LicenseExpire: '' },
    }
    const { parts } = await gather(resources, (collector) => readLicences(collector, {}, [hpe]))
    expect(parts).toMatchObject([{ slot: 'iLO Advanced', technology: 'Perpetual', validUntil: undefined }])
    expect(JSON.stringify(parts)).not.toContain('BBBBB')
  })

  it('a link that leads to no licences tells none; nothing linked is not told', async () => {
    const { sections, parts } = await gather({ [`${MANAGER}/DellLicenses`]: { Name: 'a service' } }, (collector) => readLicences(collector, {}, [dell]))
    expect([sections.licence, parts]).toEqual(['read', []])
    expect((await gather({}, (collector) => readLicences(collector, {}, [{}]))).sections.licence).toBeUndefined()
  })
})

describe('certificates', () => {
  const service = { CertificateService: at('/redfish/v1/CertificateService') }
  const located = (...paths: string[]) => ({
    '/redfish/v1/CertificateService': { CertificateLocations: at('/redfish/v1/CertificateService/CertificateLocations') },
    '/redfish/v1/CertificateService/CertificateLocations': { Links: { Certificates: paths.map(at) } },
  })
  const https = `${MANAGER}/NetworkProtocol/HTTPS/Certificates`
  const presented = { subject: 'bmc', issuer: 'bmc', serial: '0A0B', validFrom: undefined, validUntil: '2030-01-01T00:00:00.000Z' }

  it('by their locations, named by what they are for; what one cannot read is said', async () => {
    const db = '/redfish/v1/Systems/s/SecureBoot/SecureBootDatabases/db/Certificates'
    const resources = { ...located(`${https}/1`, `${db}/1`, `${db}/2`, `${db}/3`), [`${https}/1`]: { Id: '1', Name: 'HTTPS Certificate', SerialNumber: '0a:0b' }, [`${db}/1`]: { Id: '1' }, [`${db}/2`]: { Id: '2' } }
    const { parts, sections } = await gather(resources, (collector) => readCertificates(collector, service, [], presented))
    expect(parts.map(({ slot, technology }) => [slot, technology])).toEqual([['HTTPS', 'HTTPS'], ['db (1)', undefined], ['db (2)', undefined]])
    expect(sections.certificate).toBe('partial')
  })

  it.each([
    ['their links are', '/redfish/v1/CertificateService/CertificateLocations', { Links: true }],
    ['the link to them is', '/redfish/v1/CertificateService', { CertificateLocations: [null] }],
  ])('are not complete where %s nonsense', async (_, path, body) => {
    const { sections } = await gather({ ...located(), [path]: body }, (collector) => readCertificates(collector, service, [], undefined))
    expect(sections.certificate).toBe('failed')
  })

  it('by the network protocols where there is no list, or an empty one', async () => {
    const resources = {
      ...located(),
      [`${MANAGER}/NetworkProtocol`]: { HTTPS: { Certificates: at(https) } },
      [https]: { Members: [at(`${https}/1`)] },
      [`${https}/1`]: { Id: '1', Subject: { CommonName: 'other' } },
    }
    const managers = [{ NetworkProtocol: at(`${MANAGER}/NetworkProtocol`) }]
    for (const root of [service, {}]) {
      const { parts } = await gather(resources, (collector) => readCertificates(collector, root, managers, undefined))
      expect(parts).toMatchObject([{ slot: 'HTTPS', subject: 'other' }])
    }
  })

  it('the one that the BMC shows stands beside those that it lists', async () => {
    const { parts, sections } = await gather({}, (collector) => readCertificates(collector, {}, [], presented))
    expect([parts, sections.certificate]).toMatchObject([[{ slot: 'HTTPS (presented)', technology: 'HTTPS', serial: '0A0B' }], 'read'])
  })
})
