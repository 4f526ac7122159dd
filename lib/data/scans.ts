import type { Scan, ScanCreate, ScanDetail, ScanFinding } from '#lib/api/nodes-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { listMarks } from '#lib/db/known-nodes.ts'
import * as db from '#lib/db/scans-asked.ts'
import { addressesOf, countAddresses, isSpanProblem, parseSpans, type Span, type SpanProblem } from '#lib/domain/address-spans.ts'
import { defaultPorts } from '#lib/domain/bmc.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { mostScanned, type ScanPorts, type Sighting } from '#lib/domain/scan.ts'
import { invalid, readAddressRule } from './address.ts'
import { change, demand } from './permission.ts'

/** Scans that may wait or run at a time; the conductor walks one after the other. */
const mayWait = 5
const shownAtOnce = 20

const words: Record<SpanProblem['code'], string> = {
  'unclosed-bracket': 'a bracket is not closed in',
  'bad-range': 'these are no numbers of a range:',
  empty: 'there is no address',
  'no-address': 'this is no IP address, and no range of them:',
  'no-network': 'this is no IPv4 network such as 10.0.4.0/24:',
  backwards: 'this range ends before it begins:',
  'too-many': `a scan has at most ${mostScanned} addresses, too many are in`,
}

/** The addresses of a request, all of which may be BMCs. Throws `invalid` (400), `outside-networks` or `networks-unset` (422) naming what is wrong. */
async function toSpans(ranges: string): Promise<Span[]> {
  const spans = parseSpans(ranges, mostScanned)
  if (isSpanProblem(spans)) throw invalid('ranges', `${words[spans.code]} ${spans.text}`.trim())
  const demandAllowed = await readAddressRule('ranges')
  for (const address of addressesOf(spans)) demandAllowed(address)
  return spans
}

/** Asks a conductor to look at ranges of addresses. Its intent is in the audit; the conductor adds what came of it. */
export async function createScan(user: SignedInUser, { ranges, ports = {} }: ScanCreate): Promise<Scan> {
  const attempt = { action: 'scan', target: ranges }
  await demand(user, 'editNodes', attempt)
  const spans = await toSpans(ranges)
  const { name: by, kind: byKind, ip, requestId } = user
  const asked = { ranges, spans, ports: { redfish: defaultPorts.redfish, ipmi: defaultPorts.ipmi, ...ports }, total: countAddresses(spans), by, byKind, ip, requestId }
  const id = await change(async (tx) => {
    if ((await db.countOpenScans(tx)) >= mayWait) throw new BaseboardError('too-many-scans', 429, `${mayWait} scans are waiting already: stop one, or try again when one is over`)
    const inserted = await db.insertScan(tx, asked)
    await record(tx, user, { ...attempt, outcome: 'intent', detail: { addresses: asked.total, ports: asked.ports } })
    return inserted
  })
  return readHead(id)
}

async function readHead(id: string): Promise<Scan> {
  const found = await db.findScan(id)
  if (found === null) throw new BaseboardError('unknown-scan', 404, `there is no scan ${id}`)
  return found
}

export async function listScans(user: SignedInUser): Promise<Scan[]> {
  await demand(user, 'editNodes')
  return db.listScans(shownAtOnce)
}

/** How often each value is there: what several show identifies none of them. */
function toCounts(values: readonly (string | null | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) if (value != null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** What was found, and which of it is a node already. A certificate that several BMCs show (some makers ship one to all) tells nothing. */
async function toFindings(sightings: readonly Sighting[], ports: ScanPorts): Promise<ScanFinding[]> {
  const nodes = await listMarks()
  const byAddress = new Map(nodes.filter((node) => node.ports.redfish === ports.redfish || node.ports.ipmi === ports.ipmi).map(({ address, name }) => [address, name]))
  const pins = toCounts(nodes.map(({ pin }) => pin))
  const byPin = new Map(nodes.flatMap(({ pin, name }) => (pin === null || pins.get(pin)! > 1 ? [] : [[pin, name] as const])))
  const shown = toCounts(sightings.map(({ redfish }) => redfish?.certificate))
  return sightings
    .map((sighting) => {
      const node = byAddress.get(sighting.address) ?? null
      const certificate = sighting.redfish?.certificate
      const likely = node === null && certificate !== undefined && shown.get(certificate) === 1 ? (byPin.get(certificate) ?? null) : null
      return { ...sighting, node, likely }
    })
    .sort((a, b) => byName(a.address, b.address))
}

export async function readScan(user: SignedInUser, id: string): Promise<ScanDetail> {
  await demand(user, 'editNodes')
  const head = await readHead(id)
  return { ...head, findings: await toFindings(await db.listSightings(id), head.ports) }
}

/** Ends a scan; what it has found stays. */
export async function stopScan(user: SignedInUser, id: string): Promise<ScanDetail> {
  await demand(user, 'editNodes', { action: 'scan', target: 'stop' })
  const { ranges } = await readHead(id)
  await change(async (tx) => {
    if (await db.askScanToStop(tx, id)) await record(tx, user, { action: 'scan', target: ranges, outcome: 'ok', detail: { stop: true } })
  })
  return readScan(user, id)
}
