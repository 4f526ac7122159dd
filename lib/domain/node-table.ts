import { fromListCell, fromSafeCell, parseCsv, toListCell, toSafeCell, type CsvRow } from './csv.ts'
import type { Place } from './bulk-edit.ts'

/** A node as a row of a table: what an export writes and an import reads. Passwords are read and never written. */
const columns = ['name', 'address', 'protocol', 'redfish_port', 'ipmi_port', 'ssh_port', 'user', 'groups', 'tags', 'rack', 'position', 'protected'] as const
type Column = (typeof columns)[number] | 'password'

/** What people call them, without spaces, `-` and `_`. */
const aliases: Record<string, Column> = {
  ...Object.fromEntries(columns.map((column) => [column.replace(/_/g, ''), column])),
  password: 'password',
  node: 'name',
  bmc: 'address',
  bmcaddress: 'address',
  bmcip: 'address',
  ip: 'address',
  username: 'user',
  bmcuser: 'user',
  bmcpassword: 'password',
  group: 'groups',
  tag: 'tags',
  unit: 'position',
  u: 'position',
}
const attributePrefix = 'attr.'

/** Where in a node (as JSON) a column's value lies. */
const places: Record<Column, readonly string[]> = {
  name: ['name'],
  address: ['bmc', 'address'],
  protocol: ['bmc', 'protocol'],
  redfish_port: ['bmc', 'ports', 'redfish'],
  ipmi_port: ['bmc', 'ports', 'ipmi'],
  ssh_port: ['bmc', 'ports', 'ssh'],
  user: ['bmc', 'username'],
  password: ['bmc', 'password'],
  groups: ['groups'],
  tags: ['tags'],
  rack: ['rack'],
  position: ['position'],
  protected: ['protected'],
}

/** The column of a place in a node. */
export function columnAt(path: readonly string[]): string {
  if (path[0] === 'attributes') return `${attributePrefix}${path[1] ?? ''}`
  const found = (Object.keys(places) as Column[]).find((column) => places[column].every((part, index) => part === path[index]))
  return found ?? path.join('.')
}

export type TableProblem = { code: 'empty' | 'no-name' | 'unknown-column' | 'column-twice' | 'unclosed-quote' | 'too-many'; line: number; text: string }
/** `node` is to be checked as one that came as JSON; of `attributes` null is one that goes. `extra`: cells beyond the last column. */
export type TableRow = { line: number; node: Record<string, unknown>; attributes: Record<string, string | null>; extra: number }

type Heading = { column: Column } | { attribute: string }

function toHeading(cell: string): Heading | null {
  const text = fromSafeCell(cell).trim()
  if (text.toLowerCase().startsWith(attributePrefix)) return { attribute: text.slice(attributePrefix.length) }
  const key = text.toLowerCase().replace(/[\s_-]/g, '')
  return Object.hasOwn(aliases, key) ? { column: aliases[key]! } : null
}

const isYes = /^(yes|true|1|y|是)$/i
const isNo = /^(no|false|0|n|否)$/i

/** What a cell says; undefined says nothing. A number or a yes that is none stays text, for the check to name. */
function toValue(column: Column, cell: string): unknown {
  const text = column === 'password' ? cell : cell.trim()
  switch (column) {
    case 'groups':
    case 'tags':
      return fromListCell(text)
    case 'rack':
      return text === '' ? null : text
    case 'position':
      return text === '' ? null : /^\d{1,9}$/.test(text) ? Number(text) : text
    case 'redfish_port':
    case 'ipmi_port':
    case 'ssh_port':
      return text === '' ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : text
    case 'protected':
      return text === '' ? undefined : isYes.test(text) ? true : isNo.test(text) ? false : text
    case 'name':
      return text
    default:
      return text === '' ? undefined : text
  }
}

function put(node: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) node[first] = value
  else put((node[first] ??= {}) as Record<string, unknown>, rest, value)
}

function toRow({ line, cells }: CsvRow, headings: readonly Heading[]): TableRow {
  const row: TableRow = { line, node: {}, attributes: {}, extra: cells.slice(headings.length).filter((cell) => cell.trim() !== '').length }
  for (const [index, heading] of headings.entries()) {
    const cell = fromSafeCell(cells[index] ?? '')
    if ('attribute' in heading) row.attributes[heading.attribute] = cell === '' ? null : cell
    else {
      const value = toValue(heading.column, cell)
      if (value !== undefined) put(row.node, places[heading.column], value)
    }
  }
  return row
}

/** Reads a table whose first row names the columns, at least `name`. */
export function readTable(text: string, most: number): TableRow[] | TableProblem {
  const { rows, unclosedAt } = parseCsv(text)
  const [head, ...body] = rows
  if (unclosedAt !== null) return { code: 'unclosed-quote', line: unclosedAt, text: '' }
  if (head === undefined) return { code: 'empty', line: 1, text: '' }
  const headings: Heading[] = []
  for (const cell of head.cells) {
    const heading = toHeading(cell)
    if (heading === null) return { code: 'unknown-column', line: head.line, text: cell.trim() }
    if (headings.some((known) => JSON.stringify(known) === JSON.stringify(heading))) return { code: 'column-twice', line: head.line, text: cell.trim() }
    headings.push(heading)
  }
  if (!headings.some((heading) => 'column' in heading && heading.column === 'name')) return { code: 'no-name', line: head.line, text: head.cells.join(', ') }
  if (body.length === 0) return { code: 'empty', line: head.line + 1, text: '' }
  if (body.length > most) return { code: 'too-many', line: body[most]!.line, text: String(body.length) }
  return body.map((row) => toRow(row, headings))
}

/** A node with the ports of its BMC, as a table shows it. */
export type TableNode = Place & { name: string; address: string; protocol: string; username: string | null; ports: { redfish?: number; ipmi?: number; ssh?: number } }

/** The rows of a table, its heading first; to be quoted by whoever writes it. No cell is a formula (checklist 38). */
export function toTable(nodes: readonly TableNode[]): string[][] {
  const attributes = [...new Set(nodes.flatMap((node) => Object.keys(node.attributes)))].sort()
  const rows = nodes.map((node) => [
    node.name,
    node.address,
    node.protocol,
    ...(['redfish', 'ipmi', 'ssh'] as const).map((protocol) => String(node.ports[protocol] ?? '')),
    node.username ?? '',
    toListCell(node.groups),
    toListCell(node.tags),
    node.rack ?? '',
    String(node.position ?? ''),
    node.protected ? 'yes' : 'no',
    ...attributes.map((key) => node.attributes[key] ?? ''),
  ])
  return [[...columns, ...attributes.map((key) => `${attributePrefix}${key}`)], ...rows].map((row) => row.map(toSafeCell))
}
