import * as z from 'zod'
import { toCertificateFacts, type CertificateFacts } from './certificate.ts'
import { findGarbledProperties } from './garbled.ts'
import type { Collector } from './inventory-collector.ts'
import type { RedfishPart } from './inventory-part.ts'
import { link, links, nested, parseLoose, text } from './loose.ts'
import { toLastSegment } from './path.ts'

const root = z.object({ CertificateService: link })
const service = z.object({ CertificateLocations: link })
const locations = z.object({ Links: nested({ Certificates: links }) })
const anyLinks = z.object({ Links: nested({ Certificates: z.unknown() }) })
const manager = z.object({ NetworkProtocol: link, Certificates: link })
const protocols = z.object({ HTTPS: nested({ Certificates: link }) })
const resource = z.object({ Id: text, Name: text })

/**
 * The certificates that the BMC holds, by its list of their locations (DSP0268, CertificateLocations); where it has none, or an empty
 * one, those of its network protocols. `presented` is what it showed us, which no firmware can leave out.
 */
export async function readCertificates(
  collector: Collector,
  rootBody: unknown,
  managers: readonly unknown[],
  presented: CertificateFacts | undefined,
): Promise<void> {
  const located = await readLocations(collector, rootBody)
  const paths = located.length > 0 ? located : await readProtocols(collector, managers)
  const found: RedfishPart[] = []
  // An empty list of locations is an answer as well.
  if (paths.length > 0) await collector.members('certificate', paths, (body, _, place) => keep(found, toCertificatePart(body, paths[place - 1]!)))
  if (presented === undefined || found.some((one) => isSame(one, presented))) return
  collector.add(['certificate'], [{ kind: 'certificate', slot: 'HTTPS (presented)', name: 'HTTPS', technology: 'HTTPS', ...presented }])
}

function keep(found: RedfishPart[], part: RedfishPart): RedfishPart {
  found.push(part)
  return part
}

async function readLocations(collector: Collector, rootBody: unknown): Promise<string[]> {
  const { CertificateService } = parseLoose(root, rootBody)
  if (CertificateService === undefined) return []
  const home = await collector.get(CertificateService, ['certificate'])
  const { CertificateLocations } = parseLoose(service, home)
  if (findGarbledProperties(home, { CertificateLocations: 'object' }).length > 0) collector.fail(['certificate'])
  if (CertificateLocations === undefined) return []
  const body = await collector.get(CertificateLocations, ['certificate'])
  const isOdd = findGarbledProperties(body, { Links: 'object' }).length > 0 || isGarbled(parseLoose(anyLinks, body).Links?.Certificates)
  if (isOdd) collector.fail(['certificate'])
  return [...new Set(parseLoose(locations, body).Links?.Certificates)]
}

/** HPE has one link there in place of a list. */
const isGarbled = (given: unknown) => given !== undefined && typeof given !== 'object'

async function readProtocols(collector: Collector, managers: readonly unknown[]): Promise<string[]> {
  const paths: string[] = []
  for (const body of managers) {
    const { NetworkProtocol, Certificates } = parseLoose(manager, body)
    const { HTTPS } = parseLoose(protocols, NetworkProtocol === undefined ? undefined : await collector.get(NetworkProtocol, []))
    paths.push(...(await collector.list(['certificate'], HTTPS?.Certificates)), ...(await collector.list(['certificate'], Certificates)))
  }
  return [...new Set(paths)]
}

/** What the certificate is for stands in its path alone: `…/HTTPS/Certificates/1`, `…/SecureBootDatabases/db/Certificates/3`. */
function toUse(path: string): string | undefined {
  const segments = path.split('/')
  const place = segments.findLastIndex((segment) => segment === 'Certificates')
  return place > 0 ? segments[place - 1] : undefined
}

function toCertificatePart(body: unknown, path: string): RedfishPart {
  const given = parseLoose(resource, body)
  const id = given.Id ?? toLastSegment(path)
  const use = toUse(path)
  return {
    kind: 'certificate',
    slot: use ?? id,
    id,
    name: given.Name ?? use ?? id,
    // The one that browsers and we see: of which it matters when it expires.
    technology: path.includes('/NetworkProtocol/HTTPS/') ? 'HTTPS' : undefined,
    ...toCertificateFacts(body),
  }
}

const toDigits = (serial: string | undefined) => serial?.replaceAll(':', '').replace(/^0+/, '').toLowerCase()

/** The same certificate: by its number, else by what it says, as some list theirs without one. */
function isSame(a: RedfishPart, b: CertificateFacts): boolean {
  if (a.serial !== undefined && b.serial !== undefined) return toDigits(a.serial) === toDigits(b.serial)
  return a.subject === b.subject && a.issuer === b.issuer && a.validUntil === b.validUntil
}
