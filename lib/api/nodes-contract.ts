import * as z from 'zod/mini'
import { protocolChoice } from '#lib/domain/bmc.ts'
import { groupName, nodeName } from '#lib/domain/node.ts'
import { scanPorts, sighting } from '#lib/domain/scan.ts'
import { maxSelectionLength } from '#lib/domain/selection.ts'
import { attributeText, label, password, place, port, ports, rackUnit, shortText, username } from './contract.ts'

/** What crosses HTTP about many nodes at once; what is said of one stands in `contract.ts`. */

/** A noderange as `lib/domain/selection.ts` tells it; a word is a whole name or a group. */
export const nodeRange = z.string().check(z.minLength(1), z.maxLength(maxSelectionLength))
export const nodeQuery = z.strictObject({ range: z.optional(nodeRange) })
/** `range`: the names folded, to be typed again. */
export const nodeNames = z.object({ names: z.array(z.string()), range: z.string(), unmatched: z.array(z.string()) })
export type NodeNames = z.infer<typeof nodeNames>

/** A group with how many nodes it has, folded. */
export const groupList = z.object({ groups: z.array(z.object({ name: z.string(), count: z.number(), range: z.string() })) })
export type GroupList = z.infer<typeof groupList>

const labels = z.optional(z.array(label).check(z.minLength(1), z.maxLength(64)))

/** One change for many nodes, by `names` or by `range`: what is not named stays, an attribute that is null goes. */
export const nodesPatch = z
  .strictObject({
    names: z.optional(z.array(nodeName).check(z.minLength(1), z.maxLength(10_000))),
    range: z.optional(nodeRange),
    addGroups: z.optional(z.array(groupName).check(z.minLength(1), z.maxLength(64))),
    removeGroups: labels,
    addTags: labels,
    removeTags: labels,
    rack: z.optional(z.nullable(label)),
    position: z.optional(z.nullable(rackUnit)),
    attributes: z.optional(z.record(label, z.nullable(attributeText))),
    protected: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ names, range }) => (names === undefined) !== (range === undefined), 'say which nodes, by names or by range'),
    z.refine((given) => Object.keys(given).some((key) => key !== 'names' && key !== 'range'), 'names nothing to change'),
  )
export type NodesPatch = z.infer<typeof nodesPatch>
/** `unchanged`: nodes that were so already; of them the audit has no row. */
export const nodesPatched = z.object({ changed: z.array(z.string()), unchanged: z.array(z.string()) })
export type NodesPatched = z.infer<typeof nodesPatched>

/** How many nodes are added or changed by one request. */
export const mostLines = 10_000

/** A node in an import, as it stands in an export: what is left out stays as it is, or is the usual for a new one. */
export const nodeLine = z.strictObject({
  name: nodeName,
  bmc: z.optional(
    z.strictObject({
      address: z.optional(shortText),
      protocol: z.optional(protocolChoice),
      ports: z.optional(ports),
      username: z.optional(username),
      password: z.optional(password),
    }),
  ),
  ...place,
})
export type NodeLine = z.infer<typeof nodeLine>

const credential = z.strictObject({ username: z.optional(username), password })

const plan = {
  /** Says what would be done, and does nothing. */
  dryRun: z._default(z.boolean(), false),
  /** Leaves out lines that cannot be; else one of them stops all. */
  skipBad: z._default(z.boolean(), false),
}

/** A file of nodes, as CSV or as the `nodes` of an export. `credential` is for lines that need a password and bring none. */
export const nodeImport = z
  .strictObject({
    csv: z.optional(z.string().check(z.minLength(1))),
    nodes: z.optional(z.array(z.unknown()).check(z.minLength(1), z.maxLength(mostLines))),
    credential: z.optional(credential),
    ...plan,
  })
  .check(z.refine(({ csv, nodes }) => (csv === undefined) !== (nodes === undefined), 'give either csv or nodes'))
export type NodeImport = z.output<typeof nodeImport>

/**
 * Nodes by one range. `address`, `rack` and `position` are templates (`lib/domain/node-template.ts`): `{name}-ipmi.example.org`,
 * `10.0.4.[1-40]`, `r{1}`. Names that are there already are left alone.
 */
export const nodeRangeCreate = z.strictObject({
  names: nodeRange,
  address: nodeRange,
  protocol: z._default(protocolChoice, 'auto'),
  ports: z.optional(ports),
  username,
  password,
  groups: place.groups,
  tags: place.tags,
  rack: z.optional(label),
  position: z.optional(label),
  protected: place.protected,
  ...plan,
})
export type NodeRangeCreate = z.output<typeof nodeRangeCreate>

/** What is wrong with a line: in which column, and for two that are in each other's way the name or the line of the other. */
export const lineProblem = z.object({ column: z.string(), code: z.string(), message: z.string(), other: z.nullable(z.string()) })
export type LineProblem = z.infer<typeof lineProblem>

/** `skip`: there already, and left alone. `fields`: what a change changes. */
export const plannedLine = z.object({
  line: z.number(),
  name: z.string(),
  address: z.nullable(z.string()),
  verdict: z.enum(['add', 'change', 'same', 'skip', 'bad']),
  fields: z.array(z.string()),
  problems: z.array(lineProblem),
})
export type PlannedLine = z.infer<typeof plannedLine>

/** What a request about many nodes does, or with `isDryRun` would do, line by line. */
export const nodePlan = z.object({
  isDryRun: z.boolean(),
  counts: z.object({ add: z.number(), change: z.number(), same: z.number(), skip: z.number(), bad: z.number() }),
  lines: z.array(plannedLine),
})
export type NodePlan = z.infer<typeof nodePlan>

export const exportQuery = z.strictObject({ format: z._default(z.enum(['json', 'csv']), 'json'), range: z.optional(nodeRange) })
export type ExportQuery = z.output<typeof exportQuery>
/** Never with a password. */
export const nodeExport = z.object({ nodes: z.array(z.unknown()) })

/** Addresses to look at for BMCs: `10.0.4.0/24, 10.0.5.1-50, 10.0.[6-7].[1-20]`, all inside the management networks. */
export const scanCreate = z.strictObject({
  ranges: z.string().check(z.trim(), z.minLength(1), z.maxLength(4096)),
  ports: z.optional(z.strictObject({ redfish: z.optional(port), ipmi: z.optional(port) })),
})
export type ScanCreate = z.output<typeof scanCreate>

/** `asked` of `total` addresses have been asked, and `found` BMCs answered. */
export const scan = z.object({
  id: z.string(),
  ranges: z.string(),
  ports: scanPorts,
  state: z.enum(['queued', 'running', 'done']),
  end: z.nullable(z.enum(['finished', 'stopped'])),
  isStopping: z.boolean(),
  total: z.number(),
  asked: z.number(),
  found: z.number(),
  by: z.string(),
  askedAt: z.iso.datetime(),
  finishedAt: z.nullable(z.iso.datetime()),
})
export type Scan = z.infer<typeof scan>
export const scanList = z.object({ scans: z.array(scan) })

/** `node`: the node whose BMC this is, by its address; `likely`: by its certificate alone, as of a node that was added by name. */
export const scanFinding = z.extend(sighting, { node: z.nullable(z.string()), likely: z.nullable(z.string()) })
export type ScanFinding = z.infer<typeof scanFinding>
export const scanDetail = z.extend(scan, { findings: z.array(scanFinding) })
export type ScanDetail = z.infer<typeof scanDetail>
export const scanStop = z.strictObject({ state: z.literal('stopped') })
