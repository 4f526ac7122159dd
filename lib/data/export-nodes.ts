import { stringify } from 'csv-stringify/sync'
import type { ExportQuery } from '#lib/api/nodes-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { listKnownNodes, type KnownNode } from '#lib/db/known-nodes.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { toTable } from '#lib/domain/node-table.ts'
import { demand } from './permission.ts'
import { selectNodes } from './select-nodes.ts'

async function chosen(user: SignedInUser, range: string | undefined): Promise<KnownNode[]> {
  await demand(user, 'read')
  const all = await listKnownNodes(prisma())
  const names = range === undefined ? null : new Set((await selectNodes(user, range)).nodes.map(({ name }) => name))
  return all.filter(({ name }) => names === null || names.has(name)).sort((a, b) => byName(a.name, b.name))
}

const toExported = ({ name, address, protocol, ports, username, ...node }: KnownNode) => {
  const { groups, tags, rack, position, attributes, protected: shield } = node
  return { name, bmc: { address, protocol, ports, ...(username === null ? {} : { username }) }, groups, tags, rack, position, attributes, protected: shield }
}

/** All nodes or those of a range, as an import takes them: never with a password. */
export async function exportNodes(user: SignedInUser, { range }: ExportQuery): Promise<{ nodes: unknown[] }> {
  return { nodes: (await chosen(user, range)).map(toExported) }
}

/** The same as a table (RFC 4180); a cell that a spreadsheet would run is said by an apostrophe, which the import takes away again. */
export async function exportNodesTable(user: SignedInUser, { range }: ExportQuery): Promise<string> {
  return stringify(toTable(await chosen(user, range)), { record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}
