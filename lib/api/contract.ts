import * as z from 'zod/mini'
import { bootProgress } from '#lib/domain/boot-progress.ts'
import { bootLasting, bootMode, bootTarget } from '#lib/domain/boot.ts'
import { capabilities, endpoint, probeResult, protocol, protocolChoice, tlsPolicy } from '#lib/domain/bmc.ts'
import { checkpoint, wayState } from '#lib/domain/checkpoint.ts'
import { captureSetting, consoleMode, hostKeyRecord, hostKeyText, wayChoice } from '#lib/domain/console.ts'
import { bios } from '#lib/domain/bios.ts'
import { cipherSuiteId, ipmiPatch, ipmiSettings } from '#lib/domain/ipmi.ts'
import { inventory, part, partKind } from '#lib/domain/inventory.ts'
import { logLevel } from '#lib/domain/log-entry.ts'
import { logSource } from '#lib/domain/log-source.ts'
import { groupName, node, nodeName } from '#lib/domain/node.ts'
import { imageName } from '#lib/domain/image.ts'
import { installsAtOnce, patienceMinutes, quietMinutes } from '#lib/domain/install.ts'
import { forceAfter, operation, operationAction, operationKind, operationState, step, stepState } from '#lib/domain/operation.ts'
import { operationLimits } from '#lib/domain/operation-limits.ts'
import { bmcSetup } from '#lib/domain/bmc-setup.ts'
import { changeMethod, ipmiAnswer, rawAnswer, rawFailure } from '#lib/domain/raw.ts'
import { recordingProgress, recordingSummary } from '#lib/domain/recording.ts'
import { role } from '#lib/domain/role.ts'
import { scope } from '#lib/domain/scope.ts'
import { powerDraw, sensor } from '#lib/domain/sensor.ts'
import { visitor } from '#lib/domain/visitors.ts'

/**
 * What crosses HTTP: requests are strict (an unknown field is an error), answers are parsed in the browser.
 * The same schemas give the OpenAPI document. Limits are in the schema, so that the document tells them.
 */

/** What a firmware fetches: plain, without a password in it. */
const bootUri = z.string().check(z.maxLength(255), z.regex(/^https?:\/\/[\w.:[\]-]+\/[\x21-\x7e]*$/, 'not an http(s) address'))
export const port = z.int().check(z.minimum(1), z.maximum(65535))
export const shortText = z.string().check(z.trim(), z.minLength(1), z.maxLength(255))
export const label = z.string().check(z.trim(), z.minLength(1), z.maxLength(63))

export const ports = z.strictObject({ redfish: z.optional(port), ipmi: z.optional(port), ssh: z.optional(port) })

/** IPMI allows 16 bytes of user and 20 of password; Redfish more. The probe says which protocol a longer one leaves out. */
export const username = z.string().check(z.minLength(1), z.maxLength(64))
export const password = z.string().check(z.minLength(1), z.maxLength(128))

/** The BMC's key K_G, as ipmitool and FreeIPMI take it: text, or 0x and hex digits. */
const kg = z.string().check(z.minLength(1), z.maxLength(42))

export const bmcRequest = z.strictObject({
  address: shortText,
  protocol: z._default(protocolChoice, 'auto'),
  /** Short for the port of a fixed protocol. */
  port: z.optional(port),
  ports: z.optional(ports),
  username,
  password,
})

export const attributeText = z.string().check(z.maxLength(255))
/** Where in its rack a node lies. */
export const rackUnit = z.int().check(z.minimum(0), z.maximum(100))

export const place = {
  groups: z.optional(z.array(groupName).check(z.maxLength(64))),
  tags: z.optional(z.array(label).check(z.maxLength(64))),
  rack: z.optional(z.nullable(label)),
  position: z.optional(z.nullable(rackUnit)),
  attributes: z.optional(z.record(label, attributeText)),
  protected: z.optional(z.boolean()),
}

export const nodeCreate = z.strictObject({ name: nodeName, bmc: z.extend(bmcRequest, { kg: z.optional(kg), ipmi: z.optional(ipmiPatch) }), ...place })

export const nodePatch = z.strictObject({
  name: z.optional(nodeName),
  ...place,
  bmc: z.optional(
    z.strictObject({
      address: z.optional(shortText),
      protocol: z.optional(protocolChoice),
      port: z.optional(port),
      ports: z.optional(ports),
      username: z.optional(username),
      password: z.optional(password),
      /** The BMC's key K_G; null takes it away. */
      kg: z.optional(z.nullable(kg)),
      ipmi: z.optional(ipmiPatch),
      /** null: what the BMC has done of cipher suites is forgotten, so that it may sign in with a weaker one than before. */
      cipherSuite: z.optional(z.null()),
      /** null forgets the certificate, so that the next conversation trusts what it sees; a fingerprint pins that one. */
      tls: z.optional(tlsPolicy),
      pin: z.optional(z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/, 'a pin is a SHA-256 fingerprint, 64 hex digits')))),
    }),
  ),
})

/** `unmatched`: what a range names that is not there. */
export const nodeList = z.object({ nodes: z.array(node), unmatched: z.optional(z.array(z.string())) })

/** A node with what only its own page needs. */
export const nodeDetail = z.extend(node, {
  capabilities: z.nullable(capabilities),
  pin: z.nullable(z.string()),
  pinnedAt: z.nullable(z.iso.datetime()),
  tls: tlsPolicy,
  ipmi: ipmiSettings,
  /** The best IPMI cipher suite that it has done: with a weaker one nobody signs in. */
  cipherSuite: z.nullable(cipherSuiteId),
  /** Since when a key K_G is stored for it. */
  kgAt: z.nullable(z.iso.datetime()),
  username: z.nullable(z.string()),
  /** How far the host's start has come, by each of those who tell of it; empty where nobody does. */
  bootProgress: z.array(bootProgress),
})

/** `unread`: what the last sweep could not read or understand, in words. `draw`: what the whole node draws; null where its BMC tells nothing of it. */
export const sensorList = z.object({ sensors: z.array(z.extend(sensor, { at: z.iso.datetime() })), unread: z.array(z.string()), draw: z.nullable(powerDraw) })

/** History of one or more sensors: a point is [time in ms since 1970, value]. Longer spans are thinned by the server to min, mean and max. */
export const readingQuery = z.strictObject({
  kind: z.optional(z.enum(['temperature', 'fan', 'power', 'voltage', 'current'])),
  key: z.optional(z.string()),
  hours: z._default(z.coerce.number().check(z.minimum(0.1), z.maximum(720)), 6),
})
export const readingList = z.object({
  series: z.array(
    z.object({ key: z.string(), name: z.string(), kind: z.string(), unit: z.nullable(z.string()), points: z.array(z.tuple([z.number(), z.number()])) }),
  ),
})

export const probeCreate = z.union([bmcRequest, z.strictObject({ node: nodeName })])
export const probeAnswer = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'done']),
  result: z.nullable(probeResult),
})

/** A path of a Redfish service, with its query if it has one (DSP0266 §6.4). */
const redfishPath = z.string().check(z.maxLength(2048), z.regex(/^\/redfish\/[\x21-\x7e]*$/, 'must be a path that begins with /redfish/'))

export const rawAsk = z.strictObject({ path: redfishPath })
export type RawAsk = z.output<typeof rawAsk>
export const rawChangeAsk = z.strictObject({
  method: changeMethod,
  path: redfishPath,
  body: z.optional(z.record(z.string(), z.unknown())),
  /** The ETag of the resource as it was read: if it has changed since, nothing is done. */
  ifMatch: z.optional(z.string().check(z.regex(/^[\x21-\x7e]{1,300}$/, 'is not an ETag'))),
})
export type RawChangeAsk = z.output<typeof rawChangeAsk>

/** A request by hand as it stands. It is asked for again until it is `done`. */
const handRequest = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'sending', 'done']),
  /** Why the BMC gave no answer, or was not asked. */
  failure: z.nullable(rawFailure),
  /** When the answer, or the failure, came. */
  answeredAt: z.nullable(z.iso.datetime()),
})

export const rawRequestAnswer = z.extend(handRequest, {
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']),
  path: z.string(),
  /** What the BMC answered, of any status, with secrets hidden. */
  answer: z.nullable(z.extend(rawAnswer, { body: z.unknown() })),
})
export type RawRequestAnswer = z.infer<typeof rawRequestAnswer>

const byte = z.int().check(z.minimum(0), z.maximum(255))
/** An IPMI command by its bytes: an even network function (IPMI 2.0 table 5-1), its number, and its data. */
export const ipmiAsk = z.strictObject({
  netFn: z.int().check(z.minimum(0), z.maximum(0x3e), z.refine((value) => value % 2 === 0, 'must be even: odd ones are of answers')),
  cmd: byte,
  data: z.array(byte).check(z.maxLength(200)),
})
export type IpmiAsk = z.output<typeof ipmiAsk>
export const ipmiRequestAnswer = z.extend(handRequest, {
  /** Function and number in hexadecimal: `30 70`. */
  command: z.string(),
  answer: z.nullable(ipmiAnswer),
})
export type IpmiRequestAnswer = z.infer<typeof ipmiRequestAnswer>

export const setupRequestAnswer = z.extend(handRequest, {
  /** How the BMC is set up; after a change, as it was read back. */
  setup: z.nullable(bmcSetup),
})
export type SetupRequestAnswer = z.infer<typeof setupRequestAnswer>

/** The recording of a node's tree, if there is one. `file` is there when it is done and has no `failure`; it goes at `expiresAt`. */
export const recordingAnswer = z.object({
  recording: z.nullable(
    z.object({
      state: z.enum(['queued', 'running', 'done']),
      by: z.string(),
      askedAt: z.iso.datetime(),
      isStopping: z.boolean(),
      progress: z.nullable(recordingProgress),
      summary: z.nullable(recordingSummary),
      failure: z.nullable(rawFailure),
      finishedAt: z.nullable(z.iso.datetime()),
      expiresAt: z.nullable(z.iso.datetime()),
    }),
  ),
})
export const recordingStop = z.strictObject({ state: z.literal('stopped') })
export type RecordingAnswer = z.infer<typeof recordingAnswer>

const bootAsked = z.strictObject({ target: bootTarget, lasting: z._default(bootLasting, 'once'), mode: z.optional(bootMode), uri: z.optional(bootUri) })

/** As a BMC calls one of its logs. */
const logName = z.string().check(z.minLength(1), z.maxLength(100))

const manyNames = z.array(nodeName).check(z.minLength(1), z.maxLength(10_000))

/**
 * The nodes by name, or as a range whose meaning is settled when this arrives. `expect` is what somebody saw of the range, how many or which:
 * if it means others now, nothing is done.
 */
export const operationCreate = z
  .strictObject({
    kind: operationKind,
    action: operationAction,
    forceAfterSeconds: z.optional(z.int().check(z.minimum(forceAfter.least), z.maximum(forceAfter.most))),
    boot: z.optional(bootAsked),
    start: z.optional(z.boolean()),
    capWatts: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
    source: z.optional(logName),
    image: z.optional(imageName),
    share: z.optional(z.string().check(z.minLength(1), z.maxLength(300))),
    /** To sign in to a CIFS share. The password is for this operation alone: sealed to the conductor, told to the BMCs, never told again. */
    shareUser: z.optional(z.string().check(z.regex(/^[^\p{Cc}]{1,100}$/u, 'is not the name of a user'))),
    sharePassword: z.optional(z.string().check(z.regex(/^[^\p{Cc}]{1,127}$/u, 'is no password that a BMC takes'))),
    mode: z.optional(bootMode),
    quietMinutes: z.optional(z.int().check(z.minimum(quietMinutes.least), z.maximum(quietMinutes.most))),
    patienceMinutes: z.optional(z.int().check(z.minimum(patienceMinutes.least), z.maximum(patienceMinutes.most))),
    force: z.optional(z.boolean()),
    nodes: z.optional(manyNames),
    range: z.optional(z.string().check(z.minLength(1), z.maxLength(4096))),
    expect: z.optional(z.union([z.int().check(z.minimum(1), z.maximum(10_000)), manyNames])),
    limits: z.optional(operationLimits),
  })
  .check(
    z.refine(({ nodes, range }) => (nodes === undefined) !== (range === undefined), { path: ['nodes'], message: 'say which nodes: either nodes or range' }),
    z.refine(({ range, expect }) => expect === undefined || range !== undefined, { path: ['expect'], message: 'is about a range' }),
  )
export const operationCreated = z.object({ id: z.string() })

/** Which steps are asked for again. One that is `unknown` may have happened: it is done again only when that is said. */
export const operationRetry = z.strictObject({
  states: z._default(z.array(z.enum(['not-applied', 'failed', 'unknown', 'aborted'])).check(z.minLength(1), z.maxLength(4)), ['not-applied', 'failed']),
  nodes: z.optional(manyNames),
  /** Those of the first operation when they are not said. */
  limits: z.optional(operationLimits),
})

const cursor = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'not the next of a page'))
export const operationQuery = z.strictObject({
  kind: z.optional(operationKind),
  state: z.optional(operationState),
  by: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** Only those that have to do with this node; each then carries its `step`. */
  node: z.optional(nodeName),
  /** The `next` of the page before. */
  before: z.optional(cursor),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 50),
})
export const operationList = z.object({ operations: z.array(z.extend(operation, { step: z.optional(step) })), next: z.nullable(z.string()) })

export const stepQuery = z.strictObject({
  /** By the name that it had when it was asked. */
  node: z.optional(nodeName),
  /** One or more states, with commas. */
  state: z.optional(z.string().check(z.maxLength(100), z.refine((text) => text.split(',').every((one) => stepState.safeParse(one).success), 'step states, with commas between'))),
  /** `interest`: trouble first, then what is on its way, then what waits, then what is done. */
  order: z._default(z.enum(['position', 'interest']), 'position'),
  /** Names, or parts of names, with commas or spaces between: `n[1-20] gpu`. */
  q: z.optional(z.string().check(z.maxLength(1000))),
  batch: z.optional(z.coerce.number().check(z.int(), z.minimum(1))),
  /** How many to pass over: for a list that is scrolled to any place, and moves meanwhile. */
  offset: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(10_000)), 0),
  /** The `next` of the page before, of the same order. */
  after: z.optional(z.string().check(z.regex(/^\d{1,2}\.\d{1,9}$/, 'not the next of a page'))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)), 200),
})
/** `total`: how many fit, on all pages. */
export const stepList = z.object({ steps: z.array(step), next: z.nullable(z.string()), total: z.number() })

export const auditQuery = z.strictObject({
  actor: z.optional(z.string()),
  node: z.optional(z.string()),
  action: z.optional(z.string()),
  outcome: z.optional(z.string()),
  ip: z.optional(z.string()),
  operation: z.optional(z.string()),
  /** Every word must occur somewhere in the row. */
  q: z.optional(z.string().check(z.maxLength(200))),
  from: z.optional(z.iso.datetime()),
  to: z.optional(z.iso.datetime()),
  /** Rows older than this seq: the next page. */
  before: z.optional(z.coerce.number().check(z.int(), z.minimum(1))),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)), 100),
  format: z._default(z.enum(['json', 'csv', 'jsonl']), 'json'),
})
export const auditRow = z.object({
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  actorKind: z.string(),
  ip: z.nullable(z.string()),
  action: z.string(),
  node: z.nullable(z.string()),
  target: z.nullable(z.string()),
  outcome: z.string(),
  operationId: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  detail: z.record(z.string(), z.unknown()),
  /** SHA-256 over the row before it and its own text: what a checkpoint signs. */
  hash: z.string(),
})
/** `related`: the rows of the same operation or request, of this row's node or of none, oldest first; the row itself is among them. */
export const auditRowAnswer = z.object({ row: auditRow, related: z.array(auditRow) })
export const auditList = z.object({ rows: z.array(auditRow), next: z.nullable(z.number()) })

/**
 * How far the audit is signed outside the database: `last` says up to which row; `unsignedSince` is when the oldest row after it was
 * written, null when there is none. `isLate`: it should have been signed by now.
 */
export const checkpointAnswer = z.object({
  last: z.nullable(z.pick(checkpoint, { number: true, seq: true, hash: true, at: true, key: true })),
  newestSeq: z.nullable(z.number()),
  unsignedSince: z.nullable(z.iso.datetime()),
  isLate: z.boolean(),
  everyRows: z.nullable(z.number()),
  everySeconds: z.nullable(z.number()),
  ways: z.array(wayState),
  /** PEM; for audit:verify --key. */
  publicKey: z.nullable(z.string()),
})
export type CheckpointAnswer = z.infer<typeof checkpointAnswer>

/** What has changed between two inventories: for a page to say it in the reader's language. */
export const inventoryChange = z.object({
  change: z.enum(['replaced', 'added', 'removed', 'changed']),
  kind: partKind,
  slot: z.string(),
  name: z.string(),
  before: z.nullable(part),
  after: z.nullable(part),
  fields: z.array(z.string()),
  movedFrom: z.nullable(z.string()),
})

/**
 * One event of a node: a line of one of its logs, or of ours (source `Baseboard`). `at` is by the BMC's clock and null when that cannot
 * be right; `seenAt` is by ours.
 */
export const event = z.object({
  id: z.string(),
  node: z.string(),
  key: z.string(),
  source: z.string(),
  sourceId: z.string(),
  at: z.nullable(z.iso.datetime()),
  bmcTime: z.nullable(z.string()),
  seenAt: z.iso.datetime(),
  level: logLevel,
  severity: z.nullable(z.string()),
  text: z.string(),
  sensor: z.nullable(z.string()),
  messageId: z.nullable(z.string()),
  raw: z.nullable(z.string()),
  asserted: z.nullable(z.boolean()),
  resolved: z.nullable(z.boolean()),
  /** No longer in the BMC's log; kept here. */
  cleared: z.boolean(),
  change: z.nullable(inventoryChange),
})

const nodeEventFilter = {
  /** One or more of ok, warning, critical, with commas. */
  level: z.optional(z.string().check(z.regex(/^(ok|warning|critical)(,(ok|warning|critical)){0,2}$/, 'levels are ok, warning and critical, with commas between'))),
  source: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** Every word must occur. */
  q: z.optional(z.string().check(z.maxLength(200))),
  from: z.optional(z.iso.datetime()),
  to: z.optional(z.iso.datetime()),
  cleared: z.optional(z.enum(['true', 'false'])),
  /** The `next` of the page before. */
  before: z.optional(cursor),
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(500)), 100),
}
export const nodeEventQuery = z.strictObject(nodeEventFilter)
export const eventQuery = z.strictObject({ ...nodeEventFilter, node: z.optional(nodeName) })
const eventPage = { events: z.array(event), next: z.nullable(z.string()) }
/** `sources`: the names of all logs of the fleet. */
export const eventList = z.object({ ...eventPage, sources: z.array(z.string()) })
/** `sources`: the logs of the node's BMC as they were read last. */
export const nodeEventList = z.object({ ...eventPage, sources: z.array(z.extend(logSource, { via: protocol, readAt: z.iso.datetime() })) })
export const logClear = z.strictObject({ source: logName })

/** The settings of a node's BIOS; `at` without `bios`: its BMC tells of none. */
export const biosAnswer = z.object({ bios: z.nullable(bios), at: z.nullable(z.iso.datetime()) })

/** `inventory` by the better protocol, `fru` what IPMI tells beside it, `changes` the newest events about parts. */
export const inventoryAnswer = z.object({
  inventory: z.nullable(inventory),
  via: z.nullable(protocol),
  at: z.nullable(z.iso.datetime()),
  fru: z.nullable(z.object({ inventory, at: z.iso.datetime() })),
  changes: z.array(event),
})

/** A ticket opens the WebSocket at `path` once, within 30 s, as the subprotocol `ticket.<value>`. */
export const consoleOpen = z.strictObject({ mode: z._default(consoleMode, 'drive') })
export const consoleOpened = z.object({ ticket: z.string(), path: z.string() })
/** `way`: by which way the console is opened. `hostKey`: the SSH host key of the BMC; null before the first. */
export const consoleSetting = z.object({ capture: captureSetting, way: wayChoice, hostKey: z.nullable(hostKeyRecord) })
/** `hostKey`: trusts this key; null forgets the one that is known, so that the next one that the BMC shows is trusted. */
export const consoleChange = z
  .strictObject({ capture: z.optional(captureSetting), way: z.optional(wayChoice), hostKey: z.optional(z.nullable(hostKeyText)) })
  .check(z.refine((given) => Object.keys(given).length > 0, 'names nothing to change: capture, way or hostKey'))
export type ConsoleChange = z.output<typeof consoleChange>
/** The nodes at whose console somebody is now. */
export const visitedConsoles = z.object({ consoles: z.array(z.object({ node: z.string(), visitors: z.array(visitor) })) })
export type VisitedConsoles = z.infer<typeof visitedConsoles>

/** What a person types to sign in; letters, digits and . _ - so that it reads well in the audit. */
export const userName = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, 'a user name is 1 to 32 of a-z 0-9 . _ -'))
export const newPassword = z.string().check(z.minLength(12, 'a password has at least 12 characters'), z.maxLength(256))
const linkToken = z.string().check(z.minLength(20), z.maxLength(100))

export const claim = z.strictObject({
  token: linkToken,
  name: userName,
  password: newPassword,
  networks: z.optional(z.array(shortText).check(z.maxLength(64))),
})
/** `scopes`: what a token is held to below its role; null for all that the role may. */
export const me = z.object({ name: z.string(), role, kind: z.enum(['person', 'token']), scopes: z.nullable(z.array(scope)) })

export const user = z.object({
  id: z.string(),
  name: z.string(),
  role,
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.nullable(z.iso.datetime()),
})
export const userList = z.object({ users: z.array(user) })
export const userPatch = z.strictObject({ role: z.optional(role), disabled: z.optional(z.boolean()) })

export const invitationCreate = z.strictObject({ role })
/** `url` is shown once; only its hash is kept. */
export const invitationCreated = z.object({ url: z.string(), expiresAt: z.iso.datetime() })
export const invitation = z.object({
  id: z.string(),
  kind: z.enum(['claim', 'invite', 'reset']),
  role,
  user: z.nullable(z.string()),
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
})
export const invitationList = z.object({ invitations: z.array(invitation) })
/** Looks at a link before it is used, so that its page can say what it is for. */
export const invitationLookRequest = z.strictObject({ token: linkToken })
export const invitationLook = z.object({
  kind: z.enum(['claim', 'invite', 'reset']),
  role,
  user: z.nullable(z.string()),
  networksNeeded: z.boolean(),
})
/** For an invitation the new person chooses a name; for a reset the name stands. */
export const invitationAccept = z.strictObject({ token: linkToken, name: z.optional(userName), password: newPassword })

export const settings = z.object({
  networks: z.array(z.string()),
  /** True when BMC_NETWORKS sets them, so that the page can say why they cannot be changed here. */
  networksFromEnvironment: z.boolean(),
  /** Power commands that the whole site sends in a second: the limit of the inrush. */
  commandsPerSecond: z.number(),
  /** Installs from an image that are under way on the whole site at once. */
  installsAtOnce: z.number(),
})
export const settingsPatch = z
  .strictObject({
    networks: z.optional(z.array(shortText).check(z.maxLength(64))),
    commandsPerSecond: z.optional(z.int().check(z.minimum(1), z.maximum(10_000))),
    installsAtOnce: z.optional(z.int().check(z.minimum(installsAtOnce.least), z.maximum(installsAtOnce.most))),
  })
  .check(z.refine((given) => Object.keys(given).length > 0, 'names nothing to change: networks, commandsPerSecond or installsAtOnce'))

export const healthAnswer = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  database: z.enum(['ok', 'away']),
  conductors: z.number(),
  /** Whether the rows of the audit are signed in time outside the database. */
  audit: z.enum(['signed', 'unsigned', 'unknown']),
})

/** What a scrape may ask for: the nodes, Baseboard itself, and sensors by kind. */
const collectors = ['nodes', 'baseboard', 'temperature', 'fan', 'power', 'voltage', 'current', 'energy', 'humidity', 'percent'] as const
export const metricsQuery = z.strictObject({
  /** With commas between; voltages and other rarer kinds only when they are named. */
  collect: z._default(
    z.pipe(
      z.pipe(z.string(), z.transform((text) => text.split(','))),
      z.array(z.enum(collectors)),
    ),
    ['nodes', 'baseboard', 'temperature', 'fan', 'power'],
  ),
})
export type MetricsQuery = z.output<typeof metricsQuery>

/** Every error of the API: a stable code, a sentence that names the thing, and for bad input the field it is about. */
export const apiError = z.object({ code: z.string(), message: z.string(), field: z.optional(z.string()) })

/** Events of `GET /api/stream`: `nodes` carries changed rows whole, `removed` the ids of those gone, `operation` an id to read again, `events` the ids of nodes whose log or inventory has news. */
export const streamEvents = {
  nodes: z.object({ nodes: z.array(node) }),
  removed: z.object({ ids: z.array(z.string()) }),
  operation: z.object({ id: z.string() }),
  events: z.object({ nodes: z.array(z.string()) }),
  hello: z.object({ now: z.iso.datetime() }),
}

export type NodeCreate = z.infer<typeof nodeCreate>
export type NodePatch = z.infer<typeof nodePatch>
export type NodeDetail = z.infer<typeof nodeDetail>
export type SensorList = z.infer<typeof sensorList>
export type ReadingQuery = z.infer<typeof readingQuery>
export type ReadingList = z.infer<typeof readingList>
export type ProbeCreate = z.infer<typeof probeCreate>
export type ProbeAnswer = z.infer<typeof probeAnswer>
export type BmcRequest = z.infer<typeof bmcRequest>
export type OperationQuery = z.infer<typeof operationQuery>
export type OperationList = z.infer<typeof operationList>
export type OperationRetry = z.infer<typeof operationRetry>
export type StepQuery = z.infer<typeof stepQuery>
export type StepList = z.infer<typeof stepList>
export type OperationCreate = z.infer<typeof operationCreate>
export type Event = z.infer<typeof event>
export type EventQuery = z.infer<typeof eventQuery>
export type EventList = z.infer<typeof eventList>
export type NodeEventQuery = z.infer<typeof nodeEventQuery>
export type NodeEventList = z.infer<typeof nodeEventList>
export type LogClear = z.infer<typeof logClear>
export type BiosAnswer = z.infer<typeof biosAnswer>
export type InventoryAnswer = z.infer<typeof inventoryAnswer>
export type AuditQuery = z.infer<typeof auditQuery>
export type AuditRowAnswer = z.infer<typeof auditRowAnswer>
export type AuditList = z.infer<typeof auditList>
export type Claim = z.infer<typeof claim>
export type Me = z.infer<typeof me>
export type User = z.infer<typeof user>
export type UserPatch = z.infer<typeof userPatch>
export type InvitationCreated = z.infer<typeof invitationCreated>
export type InvitationLook = z.infer<typeof invitationLook>
export type HealthAnswer = z.infer<typeof healthAnswer>
export type ApiError = z.infer<typeof apiError>
export type InvitationAccept = z.infer<typeof invitationAccept>
export type Invitation = z.infer<typeof invitation>
export type Settings = z.infer<typeof settings>
export type SettingsPatch = z.infer<typeof settingsPatch>
export type EndpointAnswer = z.infer<typeof endpoint>
