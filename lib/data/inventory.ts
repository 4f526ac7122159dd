import type { BiosAnswer, InventoryAnswer } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { database } from '#lib/db/client.ts'
import { listEvents } from '#lib/db/events-read.ts'
import { listInventories, readBios as readStoredBios, readInventories, type FleetRow, type StoredInventory } from '#lib/db/inventory.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { toCsv } from './csv.ts'
import { toEvent } from './events.ts'
import { findByName } from './nodes.ts'
import { demand } from './permission.ts'

const changesShown = 50
const nodesAtOnce = 100

/** Redfish tells more; IPMI stands beside it, or alone. */
const toBetter = (found: readonly StoredInventory[]) => found.find((one) => one.protocol === 'redfish') ?? found[0]

/** What a node is made of, with the age of the answer; all null before its first inventory. */
export async function readInventory(user: SignedInUser, name: string): Promise<InventoryAnswer> {
  await demand(user, 'read')
  const node = await findByName(name)
  const found = await readInventories(database(), node.id)
  const better = toBetter(found)
  const beside = found.find((one) => one !== better)
  const changes = (await listEvents({ nodeId: node.id, changesOnly: true, limit: changesShown })).map(toEvent)
  return {
    inventory: better?.inventory ?? null,
    via: better?.protocol ?? null,
    at: better?.takenAt.toISOString() ?? null,
    fru: beside === undefined ? null : { inventory: beside.inventory, at: beside.takenAt.toISOString() },
    changes,
  }
}

/** The BIOS settings of a node; all null before its first inventory. */
export async function readBios(user: SignedInUser, name: string): Promise<BiosAnswer> {
  await demand(user, 'read')
  const node = await findByName(name)
  const found = await readStoredBios(database(), node.id)
  return { bios: found?.bios ?? null, at: found?.takenAt.toISOString() ?? null }
}

const facts = [
  'kind', 'slot', 'name', 'manufacturer', 'model', 'serial', 'sku', 'partNumber', 'firmware', 'health', 'cores', 'threads', 'speedMhz', 'sizeBytes',
  'technology', 'mac', 'linkUp', 'speedMbps', 'capacityWatts', 'manufacturedAt', 'assetTag', 'faults', 'pciId', 'functions', 'busLink', 'busLinkMax',
  'addresses', 'gateways', 'vlan', 'hostName', 'isEnabled', 'subject', 'issuer', 'validFrom', 'validUntil', 'updateable', 'releasedAt', 'otherVersions',
] as const satisfies readonly (keyof Part)[]
const header = ['node', ...facts, 'via', 'at']

/** Controls have no place in a table; a spreadsheet might cut a cell there and see what comes after as its beginning. */
const toCell = (value: Part[keyof Part]) => (Array.isArray(value) ? value.map(toWords).join('; ') : String(value ?? '')).replace(/\p{Cc}/gu, ' ')

const toWords = (one: string | object) => (typeof one === 'string' ? one : Object.values(one).join(' '))

/** The parts of one node: all of the better protocol, and of the other the kinds that the better one does not tell. */
function toRows({ name, found }: FleetRow): string[][] {
  const better = toBetter(found)
  return found.flatMap(({ protocol, takenAt, inventory }) =>
    inventory.parts
      .filter((part) => protocol === better?.protocol || better?.inventory.sections[part.kind] === undefined)
      .map((part) => [name, ...facts.map((fact) => toCell(part[fact])), protocol, takenAt.toISOString()]),
  )
}

/** The parts of all nodes as CSV (RFC 4180), a hundred nodes at a time; cells that a spreadsheet would run are quoted with '. */
export async function exportInventory(user: SignedInUser): Promise<AsyncGenerator<string>> {
  await demand(user, 'read')
  return (async function* () {
    yield toCsv([header])
    let after = ''
    for (;;) {
      const nodes = await listInventories(database(), after, nodesAtOnce)
      const rows = nodes.flatMap(toRows)
      if (rows.length > 0) yield toCsv(rows)
      if (nodes.length < nodesAtOnce) return
      after = nodes.at(-1)!.name
    }
  })()
}
