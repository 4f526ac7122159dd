import type { LineProblem, NodeLine, PlannedLine } from '#lib/api/nodes-contract.ts'
import type { Ports } from '#lib/db/nodes.ts'
import type { KnownNode } from '#lib/db/known-nodes.ts'
import { barePlace } from '#lib/db/nodes-write.ts'
import type { ProtocolChoice } from '#lib/domain/bmc.ts'
import { applyEdit, changedFields, type Place } from '#lib/domain/bulk-edit.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { columnAt } from '#lib/domain/node-table.ts'
import { demandIpmiLimits, toAddress, toPorts } from './address.ts'
import { samePorts } from './nodes.ts'

/** A line as it was given: a node that was checked by itself, or what is wrong with it. `attributes` are changed one by one; null goes. */
export type GivenLine = { line: number; name: string; node: NodeLine | null; attributes: Record<string, string | null>; problems: LineProblem[] }

/** What is to be done for a line: a new node, or a known one that is made so. */
export type NodeTask = {
  known: KnownNode | null
  name: string
  place: Place
  address: string
  protocol: ProtocolChoice
  ports: Ports
  isMoved: boolean
  credential: { username: string; password: string } | null
}
export type Planned = PlannedLine & { task: NodeTask | null }

export type PlanRules = {
  /** Throws unless a node may lie there. */
  demandAllowed: (address: string) => void
  credential: { username?: string | undefined; password: string } | undefined
  /** What becomes of a node that is there already. */
  existing: 'change' | 'skip'
}

export const toProblem = (column: string, code: string, message: string, other: string | null = null): LineProblem => ({ column, code, message, other })

/** Gathers what a line's checks throw, so that all of it is told at once. */
function createChecks(problems: LineProblem[]) {
  return <T>(check: () => T): T | undefined => {
    try {
      return check()
    } catch (error) {
      if (!(error instanceof BaseboardError)) throw error
      const [, path, message] = /^([\w.]+): ([^]*)$/.exec(error.message) ?? [undefined, 'bmc.address', error.message]
      const column = columnAt(path!.split('.'))
      problems.push(toProblem(column, error.code === 'invalid' ? column : error.code, message!))
      return undefined
    }
  }
}

type Bmc = NonNullable<NodeLine['bmc']>

/** The user and password to give a node: its own, or the given one where it needs one. Null when it keeps what it has. */
function toCredential(bmc: Bmc, known: KnownNode | null, needed: boolean, rules: PlanRules, problems: LineProblem[]): NodeTask['credential'] {
  const password = bmc.password ?? (needed ? rules.credential?.password : undefined)
  if (password === undefined) {
    if (!needed) return null
    const why = known === null ? 'a new node needs the password of its BMC' : 'a changed address, port or user needs the password again'
    problems.push(toProblem('password', 'password-needed', `${why}: give it in a column, or one for all`))
    return null
  }
  const username = bmc.username ?? rules.credential?.username ?? known?.username ?? undefined
  if (username === undefined) {
    problems.push(toProblem('user', 'user-needed', 'the user of the BMC is missing: give it in a column, or one for all'))
    return null
  }
  return { username, password }
}

function toTask({ name, node, attributes }: GivenLine & { node: NodeLine }, known: KnownNode | null, rules: PlanRules, problems: LineProblem[]): NodeTask | null {
  const check = createChecks(problems)
  const { bmc = {}, name: _, ...given } = node
  const typed = bmc.address
  const address = typed === undefined ? known?.address : check(() => toAddress(typed))
  if (typed === undefined && known === null) problems.push(toProblem('address', 'address-needed', 'a new node needs the address of its BMC'))
  const protocol = bmc.protocol ?? known?.protocol ?? 'auto'
  const ports = check(() => toPorts({ protocol, ports: bmc.ports }, known?.ports))
  if (address === undefined || ports === undefined) return null
  const isMoved = known !== null && (address !== known.address || !samePorts(ports, known.ports))
  if (known === null || isMoved || protocol !== known.protocol) check(() => rules.demandAllowed(address))
  const needed = known === null || isMoved || (bmc.username !== undefined && bmc.username !== known.username)
  const credential = toCredential(bmc, known, needed, rules, problems)
  if (credential !== null) check(() => demandIpmiLimits(protocol, credential.username, credential.password))
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const place = applyEdit({ ...(known ?? barePlace), ...said }, { attributes: keepEmpty(attributes, known) })
  return problems.length > 0 ? null : { known, name, place: toPlace(place), address, protocol, ports, isMoved, credential }
}

/** An empty cell of a table says that there is no such attribute; one that is there and empty stays. */
const keepEmpty = (attributes: GivenLine['attributes'], known: KnownNode | null) =>
  Object.fromEntries(Object.entries(attributes).filter(([key, value]) => value !== null || known?.attributes[key] !== ''))

const toPlace = ({ groups, tags, rack, position, attributes, protected: shield }: Place): Place => ({ groups, tags, rack, position, attributes, protected: shield })

function fieldsOf({ known, place, address, protocol, ports, credential }: NodeTask): string[] {
  if (known === null) return []
  return [
    ...(address === known.address ? [] : ['address']),
    ...(protocol === known.protocol ? [] : ['protocol']),
    ...(samePorts(ports, known.ports) ? [] : ['ports']),
    ...(credential === null ? [] : credential.username === known.username ? ['password'] : ['user', 'password']),
    ...changedFields(toPlace(known), place),
  ]
}

function planLine(given: GivenLine, known: KnownNode | null, rules: PlanRules): Planned {
  const head = { line: given.line, name: given.name, address: given.node?.bmc?.address ?? known?.address ?? null }
  if (known !== null && rules.existing === 'skip' && given.problems.length === 0) return { ...head, address: known.address, verdict: 'skip', fields: [], problems: [], task: null }
  const problems = [...given.problems]
  const task = given.node === null ? null : toTask({ ...given, node: given.node }, known, rules, problems)
  if (task === null) return { ...head, verdict: 'bad', fields: [], problems, task }
  const fields = fieldsOf(task)
  const verdict = known === null ? 'add' : fields.length > 0 ? 'change' : 'same'
  return { ...head, address: task.address, verdict, fields, problems, task: verdict === 'same' ? null : task }
}

const toBad = (planned: Planned, problem: LineProblem): Planned => ({ ...planned, verdict: 'bad', task: null, problems: [...planned.problems, problem] })

/** Two nodes must not have one BMC: looks at how all will be, so that two nodes may also change places. */
function refuseSharedBmcs(lines: readonly Planned[], known: readonly KnownNode[]): Planned[] {
  const taken = new Map<string, string>()
  const keysOf = (address: string, ports: Ports) => (['redfish', 'ipmi'] as const).flatMap((protocol) => (ports[protocol] === undefined ? [] : [`${address} ${protocol} ${ports[protocol]}`]))
  const changed = new Set(lines.flatMap(({ task }) => (task?.known ? [task.known.id] : [])))
  for (const node of known) if (!changed.has(node.id)) for (const key of keysOf(node.address, node.ports)) taken.set(key, node.name)
  return lines.map((planned) => {
    if (planned.task === null) return planned
    const keys = keysOf(planned.task.address, planned.task.ports)
    const other = keys.map((key) => taken.get(key)).find((name) => name !== undefined)
    if (other !== undefined) return toBad(planned, toProblem('address', 'address-taken', `${planned.task.address} with this port is the BMC of ${other} already`, other))
    for (const key of keys) taken.set(key, planned.name)
    return planned
  })
}

/** What each line would do, in the order given. Pure but for the rule that it asks. */
export function planNodes(given: readonly GivenLine[], known: readonly KnownNode[], rules: PlanRules): Planned[] {
  const byName = new Map(known.map((node) => [node.name, node]))
  const firstLine = new Map<string, number>()
  const lines = given.map((line) => {
    const planned = planLine(line, byName.get(line.name) ?? null, rules)
    const first = firstLine.get(line.name)
    if (first !== undefined && line.name !== '') return toBad(planned, toProblem('name', 'name-twice', `${line.name} stands in line ${first} already`, String(first)))
    firstLine.set(line.name, line.line)
    return planned
  })
  return refuseSharedBmcs(lines, known)
}
