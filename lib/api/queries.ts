import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { isUnderWay, mayStillStart } from '#lib/domain/step-verbs.ts'
import type { EventList, NodeEventList } from './contract.ts'
import { alertsDoor, budgetsDoor, door, mediaDoor, operationDetailDoor, operationNodesDoor, powerDoor, scheduleDoor, tokensDoor } from './doors.ts'
import { ask } from './fetcher.ts'
import { paths } from './paths.ts'

/** What the audit page filters by; times are UTC instants. Empty strings are left out. */
export type AuditFilter = { actor?: string; node?: string; action?: string; outcome?: string; ip?: string; operation?: string; q?: string; from?: string; to?: string }

/** What a history chart asks for. */
export type ReadingFilter = { kind?: 'temperature' | 'fan' | 'power' | 'voltage' | 'current'; key?: string; hours: number }

/** Whose power history a chart asks for: the fleet's when no other is named. */
export type PowerHistoryFilter = { group?: string; rack?: string; budget?: string; hours: number }

/** What the events pages filter by: `level` is a list with commas, times are UTC instants. */
export type EventFilter = { node?: string; level?: string; source?: string; q?: string; from?: string; to?: string; cleared?: 'true' | 'false' }

/** Which operations a page shows. */
export type OperationFilter = { kind?: string; state?: string; by?: string; node?: string; before?: string; limit?: number }

/** Which steps of an operation a page shows: `state` is a list with commas, `q` names or parts of names. */
export type StepFilter = { state?: string; node?: string; q?: string; batch?: number; order?: 'position' | 'interest'; offset?: number; limit?: number }

/** Every key of the query cache. What starts alike is invalidated together. */
export const keys = {
  me: ['me'],
  nodes: ['nodes'],
  node: (name: string) => ['node', name],
  sensors: (name: string) => ['node', name, 'sensors'],
  readings: (name: string, filter: ReadingFilter) => ['node', name, 'readings', filter],
  powerHistory: (filter: PowerHistoryFilter) => ['power', 'history', filter],
  budgets: ['budgets'],
  budget: (id: string) => ['budgets', id],
  operations: ['operations'],
  someOperations: (filter: OperationFilter) => ['operations', filter],
  operation: (id: string) => ['operation', id],
  steps: (id: string, filter: StepFilter) => ['operation', id, 'steps', filter],
  operationNodes: (id: string) => ['operation', id, 'nodes'],
  schedules: ['schedules'],
  scheduleTimes: (cron: string, timeZone: string) => ['schedules', 'times', cron, timeZone],
  probe: (id: string) => ['probe', id],
  audit: (filter: AuditFilter) => ['audit', filter],
  auditRow: (seq: number) => ['audit', 'row', seq],
  checkpoint: ['audit', 'checkpoint'],
  events: ['events'],
  eventPages: (node: string | null, filter: EventFilter) => ['events', 'pages', node, filter],
  newestEvents: (node: string | null, filter: EventFilter) => ['events', 'newest', node, filter],
  event: (id: string) => ['event', id],
  console: (name: string) => ['node', name, 'console'],
  consoles: ['consoles'],
  inventory: (name: string) => ['node', name, 'inventory'],
  bios: (name: string) => ['node', name, 'inventory', 'bios'],
  nodeMedia: (name: string) => ['node', name, 'media'],
  users: ['users'],
  invitations: ['invitations'],
  tokens: ['tokens'],
  settings: ['settings'],
  images: ['images'],
  imageServing: ['image-serving'],
  alerts: ['alerts'],
  alertCount: ['alerts', 'count'],
  alertRules: ['alert-rules'],
  receivers: ['receivers'],
  silences: ['silences'],
  range: (range: string) => ['range', range],
  health: ['health'],
} as const

export const meQuery = () =>
  queryOptions({ queryKey: keys.me, queryFn: ({ signal }) => ask(door('me'), paths.me(), { signal }), staleTime: 60_000 })

/** The whole fleet. The stream keeps it fresh, so it is read again only after the stream was away. */
export const nodesQuery = () =>
  queryOptions({ queryKey: keys.nodes, queryFn: ({ signal }) => ask(door('nodeList'), paths.nodes(), { signal }), staleTime: Infinity })

export const nodeQuery = (name: string) =>
  queryOptions({ queryKey: keys.node(name), queryFn: ({ signal }) => ask(door('nodeDetail'), paths.node(name), { signal }), staleTime: 10_000 })

export const consoleQuery = (name: string) =>
  queryOptions({ queryKey: keys.console(name), queryFn: ({ signal }) => ask(door('consoleSetting'), paths.console(name), { signal }), staleTime: 10_000 })

/** Who is at which console now; asked while a dialog shows it. */
export const consolesQuery = () =>
  queryOptions({ queryKey: keys.consoles, queryFn: ({ signal }) => ask(door('visitedConsoles'), paths.consoles(), { signal }), staleTime: 0, refetchInterval: 5_000 })

/** Sensors are swept every minute; asking twice as often shows a new sweep within half of one. */
export const sensorsQuery = (name: string) =>
  queryOptions({
    queryKey: keys.sensors(name),
    queryFn: ({ signal }) => ask(door('sensorList'), paths.sensors(name), { signal }),
    staleTime: 10_000,
    refetchInterval: 30_000,
  })

export const readingsQuery = (name: string, filter: ReadingFilter) =>
  queryOptions({
    queryKey: keys.readings(name, filter),
    queryFn: ({ signal }) => ask(door('readingList'), paths.readings(name, filter), { signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
  })

/** A total is kept each minute. */
export const powerHistoryQuery = (filter: PowerHistoryFilter) =>
  queryOptions({
    queryKey: keys.powerHistory(filter),
    queryFn: ({ signal }) => ask(powerDoor('powerHistory'), paths.powerHistory(filter), { signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
  })

/** Budgets are looked at every five seconds. */
export const budgetsQuery = () =>
  queryOptions({ queryKey: keys.budgets, queryFn: ({ signal }) => ask(budgetsDoor('budgetList'), paths.budgets(), { signal }), refetchInterval: 5_000 })

export const budgetQuery = (id: string) =>
  queryOptions({ queryKey: keys.budget(id), queryFn: ({ signal }) => ask(budgetsDoor('budgetDetail'), paths.budget(id), { signal }), refetchInterval: 5_000 })

/** The newest operations that fit. With a node each carries its step. */
export const operationsQuery = (filter: OperationFilter = {}) =>
  queryOptions({ queryKey: keys.someOperations(filter), queryFn: ({ signal }) => ask(door('operationList'), paths.operations(filter), { signal }) })

/** One operation. The stream says when it changed; the interval is for when the stream is away. */
export const operationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.operation(id),
    queryFn: ({ signal }) => ask(operationDetailDoor, paths.operation(id), { signal }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 2_000 : false),
  })

/** The first steps of an operation that fit; the stream says when one has moved, but not how far one has read that watches. */
export const stepsQuery = (id: string, filter: StepFilter) =>
  queryOptions({
    queryKey: keys.steps(id, filter),
    queryFn: ({ signal }) => ask(door('stepList'), paths.steps(id, filter), { signal }),
    refetchInterval: (query) => (query.state.data?.steps.some((step) => isUnderWay(step) || mayStillStart(step, Date.now())) === true ? 3_000 : false),
  })

/** The nodes of an operation by the state of their steps; asked when somebody wants to copy them or to ask again. */
export const operationNodesQuery = (id: string) =>
  queryOptions({ queryKey: keys.operationNodes(id), queryFn: ({ signal }) => ask(operationNodesDoor, paths.operationNodes(id), { signal }), staleTime: 0 })

/** A probe answers within 10 s; until then it is asked twice a second. */
export const probeQuery = (id: string) =>
  queryOptions({
    queryKey: keys.probe(id),
    queryFn: ({ signal }) => ask(door('probeAnswer'), paths.probe(id), { signal }),
    refetchInterval: (query) => (query.state.data?.state === 'done' ? false : 500),
  })

/** The audit from its newest row backwards, or from the row `first`, a hundred rows at a time. */
export const auditQuery = (filter: AuditFilter, first: number | null = null) =>
  infiniteQueryOptions({
    queryKey: [...keys.audit(filter), first],
    queryFn: ({ pageParam, signal }) => ask(door('auditList'), paths.audit({ ...filter, before: pageParam, limit: 100 }), { signal }),
    initialPageParam: first === null ? undefined : first + 1,
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** One row with the rows that belong to it; they grow while its operation runs. */
export const auditRowQuery = (seq: number) =>
  queryOptions({ queryKey: keys.auditRow(seq), queryFn: ({ signal }) => ask(door('auditRowAnswer'), paths.auditRow(seq), { signal }), staleTime: 10_000 })

/** How far the audit is signed outside the database. */
export const checkpointQuery = () =>
  queryOptions({ queryKey: keys.checkpoint, queryFn: ({ signal }) => ask(door('checkpointAnswer'), paths.checkpoint(), { signal }), refetchInterval: 10_000 })

/** Only the newest row that fits, to notice that there is more to read. */
export const newestAuditQuery = (filter: AuditFilter) =>
  queryOptions({
    queryKey: [...keys.audit(filter), 'newest'],
    queryFn: ({ signal }) => ask(door('auditList'), paths.audit({ ...filter, limit: 1 }), { signal }),
    refetchInterval: 15_000,
  })

const eventsAtOnce = 100

const askEvents = (node: string | null, query: Record<string, string | number | undefined>, signal: AbortSignal): Promise<EventList | NodeEventList> =>
  node === null ? ask(door('eventList'), paths.events(query), { signal }) : ask(door('nodeEventList'), paths.nodeEvents(node, query), { signal })

/** The events of a node, or of the fleet (null), from the newest backwards. The stream does not touch it: rows must not jump under a reader. */
export const eventsQuery = (node: string | null, filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: keys.eventPages(node, filter),
    queryFn: ({ pageParam, signal }) => askEvents(node, { ...filter, before: pageParam, limit: eventsAtOnce }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })

/** The first page again, kept current by the stream: to notice that there is more to read. */
export const newestEventsQuery = (node: string | null, filter: EventFilter, limit: number = eventsAtOnce) =>
  queryOptions({
    queryKey: [...keys.newestEvents(node, filter), limit],
    queryFn: ({ signal }) => askEvents(node, { ...filter, limit }, signal),
    staleTime: 10_000,
    refetchInterval: 60_000,
  })

export const eventQuery = (id: string) =>
  queryOptions({ queryKey: keys.event(id), queryFn: ({ signal }) => ask(door('event'), paths.event(id), { signal }), staleTime: 60_000 })

/** What a node is made of; the stream says when it was read anew. */
export const inventoryQuery = (name: string) =>
  queryOptions({
    queryKey: keys.inventory(name),
    queryFn: ({ signal }) => ask(door('inventoryAnswer'), paths.inventory(name), { signal }),
    staleTime: 60_000,
  })

/** The BIOS settings of a node, read with its inventory. */
export const biosQuery = (name: string) =>
  queryOptions({ queryKey: keys.bios(name), queryFn: ({ signal }) => ask(door('biosAnswer'), paths.bios(name), { signal }), staleTime: 60_000 })

/** A node's virtual drives and what is read through them: soon again while an image is open to its BMC. */
export const nodeMediaQuery = (name: string) =>
  queryOptions({
    queryKey: keys.nodeMedia(name),
    queryFn: ({ signal }) => ask(mediaDoor('nodeMedia'), paths.nodeMedia(name), { signal }),
    refetchInterval: (query) => {
      const media = query.state.data
      return media !== undefined && (media.operation !== null || media.reads.some(({ revokedAt, expiresAt }) => revokedAt === null && Date.parse(expiresAt) > Date.now())) ? 3_000 : 15_000
    },
  })

/** How many alerts fire, for the rail. */
export const alertCountQuery = () =>
  queryOptions({ queryKey: keys.alertCount, queryFn: ({ signal }) => ask(alertsDoor('alertCount'), paths.alertCount(), { signal }), refetchInterval: 30_000, staleTime: 15_000 })

export const usersQuery = () =>
  queryOptions({ queryKey: keys.users, queryFn: ({ signal }) => ask(door('userList'), paths.users(), { signal }) })

export const invitationsQuery = () =>
  queryOptions({ queryKey: keys.invitations, queryFn: ({ signal }) => ask(door('invitationList'), paths.invitations(), { signal }) })

export const settingsQuery = () =>
  queryOptions({ queryKey: keys.settings, queryFn: ({ signal }) => ask(door('settings'), paths.settings(), { signal }) })

export const tokensQuery = () =>
  queryOptions({ queryKey: [...keys.tokens, 'all'], queryFn: ({ signal }) => ask(tokensDoor('apiTokenList'), paths.tokens(), { signal }) })

export const ownTokensQuery = () =>
  queryOptions({ queryKey: [...keys.tokens, 'own'], queryFn: ({ signal }) => ask(tokensDoor('apiTokenList'), paths.ownTokens(), { signal }) })

export const healthQuery = () =>
  queryOptions({ queryKey: keys.health, queryFn: ({ signal }) => ask(door('healthAnswer'), paths.health(), { signal }), refetchInterval: 15_000 })

/** Another page may have changed one, and an hour brings the next time: read again every half minute. */
export const schedulesQuery = () =>
  queryOptions({ queryKey: keys.schedules, queryFn: ({ signal }) => ask(scheduleDoor('scheduleList'), paths.schedules(), { signal }), refetchInterval: 30_000 })

export const scheduleTimesQuery = (cron: string, timeZone: string) =>
  queryOptions({
    queryKey: keys.scheduleTimes(cron, timeZone),
    queryFn: ({ signal }) => ask(scheduleDoor('scheduleTimes'), paths.scheduleTimes({ cron, timeZone }), { signal }),
    retry: false,
    staleTime: 60_000,
  })
