import type { PowerReading, SensorSweep } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { within } from '#lib/bmc/within.ts'
import { keepCipherSuite, pinCertificate, type OwnedNode } from '#lib/db/leases.ts'
import { writeEndpoints, writeProbe } from '#lib/db/snapshots.ts'
import type { FanWork } from '#lib/db/fan-policies.ts'
import type { StepWork } from '#lib/db/steps.ts'
import { keepUnread } from '#lib/domain/abilities.ts'
import { keepConsoles, keepFans, type Endpoint, type ProbeResult, type Protocol } from '#lib/domain/bmc.ts'
import { refuseFans } from '#lib/domain/fan.ts'
import { isWeaker } from '#lib/domain/ipmi-words.ts'
import { createArchive } from './archive.ts'
import { createBootWatch } from './boot-watch.ts'
import { addressOf, startConversation, type Conversation } from './conversation.ts'
import { newDowngrade, tellDowngrade } from './downgrade.ts'
import { createEar } from './ear.ts'
import { createFanHand } from './fan-hand.ts'
import { createNodeSteps } from './node-steps.ts'
import { hasten, nudge, reschedule, startSchedule, type Facet, type NudgedFacet, type Nudges, type Schedule } from './schedule.ts'
import { createSensorRecorder } from './sensor-recorder.ts'
import { surveyNode } from './survey.ts'
import type { World } from './world.ts'

/** What a conductor does for one of its nodes: polls it, probes it when that is due, and runs its steps one after the other. */
export type NodeAgent = {
  readonly nodeId: string
  /** True while a step runs: such a node is not given to another conductor. */
  isBusy: () => boolean
  /** The node as the database had it at `readAtMs`; what was read before our own last write of it is passed over. */
  update: (node: OwnedNode, readAtMs: number) => void
  /** Asks the BMC anew who it is, over the conversation that polling uses; the answer comes within `deadlineMs`. Never rejects. */
  probe: (deadlineMs: number) => Promise<ProbeResult>
  /** The conversation as it is now, for what a person asks by hand; a BmcError where none is possible. */
  conversation: () => Conversation | BmcError
  node: () => OwnedNode
  /** Unfinished steps of this node, in order; those that are known already are not begun twice. */
  offer: (steps: readonly StepWork[]) => void
  /** What is wanted of its fans, as the database had it at `readAtMs`. */
  offerFans: (work: FanWork | undefined, readAtMs: number) => void
  stop: () => Promise<void>
}

/** A new node is shown first and looked at closely after. */
const firstMs = 4_000
const unhurriedMs = 50_000
/** How often the log is read while the host starts, whose firmware may write into it how far it is. */
const bootLogMs = 15_000

/** Whether the host may be started by it. */
const startsHost = ({ kind, options }: StepWork): boolean => kind === 'power' || kind === 'install' || options.start === true

/** Lanes of their own, so that a sweep, a log or an inventory of a slow BMC does not make its power state stale. */
type Lane = {
  facets: readonly Facet[]
  timer: NodeJS.Timeout | undefined
  running: Promise<void> | undefined
  /** What an event asked for while this lane was reading, which may have been a moment too early. */
  nudged: Map<Facet, number>
}

export function createNodeAgent(first: OwnedNode, world: World): NodeAgent {
  let node = first
  let conversation: Conversation | BmcError = startConversation(() => node, world)
  let schedule: Schedule = startSchedule(performance.now(), world.random, world.cadence)
  let sweepStop = new AbortController()
  let isStopped = false
  let failuresInARow = 0
  let everAnswered = false
  let lastPower: PowerReading | undefined
  let commandedAtMs = 0
  let askingCode: Promise<void> | undefined
  let surveying: Promise<ProbeResult> | undefined
  /** A person asks what this BMC can do: what it refused its fans for good may be tried again. */
  let isAskedAnew = false
  /** When this agent last wrote the node's own rows: a list that was read before would undo it. */
  let writtenAtMs = 0
  const recorder = createSensorRecorder(node.id, world)
  let boot = createBootWatch()
  const archive = createArchive(() => node, world, (reading, isFirst) => boot.seeLog(reading, isFirst, Date.now()))
  const toLane = (...facets: Facet[]): Lane => ({ facets, timer: undefined, running: undefined, nudged: new Map() })
  const lanes = { power: toLane('power'), sweep: toLane('sensors', 'identity'), log: toLane('log'), inventory: toLane('inventory') }

  const steps = createNodeSteps(world, {
    node: () => node,
    conversation: () => conversation,
    archive,
    keepSensors: keepSweep,
    untilDisturbed: () => sweepStop.signal,
    onPower: (reading, via, latencyMs, shown) => onPower(reading, via, latencyMs, shown),
    onBegin(step) {
      commandedAtMs = Date.now()
      if (startsHost(step)) boot.expect(commandedAtMs)
      sweepStop.abort()
      sweepStop = new AbortController()
    },
    onEnd(step) {
      if (step.kind === 'refresh') return
      const nowMs = performance.now()
      schedule = hasten(hasten(hasten(schedule, 'power', nowMs), 'sensors', nowMs + 5_000), 'log', nowMs + 5_000)
      if (step.kind === 'power' || step.options.start === true) boot.begin(commandedAtMs)
      if (startsHost(step)) onHostRestart(nowMs)
      // What the record of its abilities says of the override has changed.
      if (step.kind === 'boot') schedule = hasten(schedule, 'identity', nowMs + 1_000)
      plan()
    },
  })

  const fans = createFanHand(world, {
    node: () => node,
    conversation: () => conversation,
    isCommanding: steps.isCommanding,
    keepReading: (reading) => world.results.fans({ nodeId: node.id, epoch: node.epoch, atMs: Date.now(), data: reading }),
    async keepRefusal(text) {
      const { capabilities } = node
      const fan = capabilities?.fans
      if (capabilities === null || fan?.control === undefined) return
      node = { ...node, capabilities: { ...capabilities, fans: refuseFans(fan, fan.control, text, new Date().toISOString()) } }
      await writeProbe(world.db, owner(), node.id, { endpoints: node.endpoints, capabilities: node.capabilities })
      writtenAtMs = performance.now()
    },
  })

  const mayTellCode = () => lastPower?.state === 'on' && boot.isStarting(Date.now())

  /** While the host starts, once for each power reading and never in its way. What this lacks is no news. */
  async function askPostCode(): Promise<void> {
    const asked = conversation
    if (asked instanceof BmcError || isStopped || steps.isCommanding() || !mayTellCode()) return
    if (!asked.usable(performance.now()).includes('redfish')) return
    const code = await asked.readAside('redfish', async (bmc) => bmc.readPostCode?.(sweepStop.signal), sweepStop.signal).catch(() => undefined)
    if (code !== undefined && asked === conversation) boot.seePostCode(code, Date.now())
  }

  /** The firmware tells a BMC what it found while it starts, so it is asked some time after. */
  function onHostRestart(nowMs: number): void {
    archive.wantInventory()
    schedule = hasten(hasten(schedule, 'identity', nowMs + 120_000), 'inventory', nowMs + 6 * world.cadence.inventoryDelayMs)
  }

  let nudges: Nudges = {}
  const ear = createEar({
    stream() {
      if (isStopped || conversation instanceof BmcError || conversation.usable(performance.now())[0] !== 'redfish') return undefined
      const { can, stream } = node.capabilities?.events ?? {}
      return can === true ? stream : undefined
    },
    async listen(path, onEvent, signal) {
      return conversation instanceof BmcError ? 'closed' : conversation.bmc.listen(path, onEvent, signal)
    },
    onEvent: onNudge,
  })

  function onNudge(): void {
    const next = nudge(nudges, performance.now(), world.cadence)
    nudges = next.nudges
    for (const lane of Object.values(lanes)) {
      for (const facet of lane.facets) {
        const atMs = next.due[facet as NudgedFacet]
        if (atMs === undefined) continue
        if (lane.running === undefined) schedule = hasten(schedule, facet, atMs)
        else lane.nudged.set(facet, atMs)
      }
      planLane(lane)
    }
  }

  async function keepSweep(sweep: SensorSweep): Promise<void> {
    fans.see(sweep)
    await recorder.record({ ...sweep, reasons: [...sweep.reasons, ...fans.reasons()] }, node.epoch)
  }

  const needsSurvey = () => node.capabilities === null || node.endpoints.some((one) => one.state === 'probing')

  function plan(): void {
    for (const lane of Object.values(lanes)) planLane(lane)
  }

  function planLane(lane: Lane): void {
    clearTimeout(lane.timer)
    if (isStopped || lane.running !== undefined) return
    const dueMs = Math.max(Math.min(...lane.facets.map((facet) => schedule[facet])), conversation instanceof BmcError ? 0 : conversation.nextTryMs())
    if (dueMs === Infinity) return
    lane.timer = setTimeout(() => {
      lane.running = turn(lane).finally(() => {
        lane.running = undefined
        for (const [facet, atMs] of lane.nudged) schedule = hasten(schedule, facet, atMs)
        lane.nudged.clear()
        planLane(lane)
      })
    }, Math.max(0, Math.min(dueMs - performance.now(), 3_600_000)))
  }

  async function turn(lane: Lane): Promise<void> {
    try {
      if (lane === lanes.power) await powerTurn()
      else if (lane === lanes.sweep) await sweepTurn()
      else await archiveTurn(lane === lanes.log ? 'log' : 'inventory')
    } catch (error) {
      world.complain(`${node.name}: ${error instanceof Error ? error.message : String(error)}`)
      for (const facet of lane.facets) schedule = reschedule(schedule, facet, performance.now(), world.random, world.cadence)
    }
  }

  async function powerTurn(): Promise<void> {
    if (steps.isCommanding()) return void (schedule = reschedule(schedule, 'power', performance.now(), world.random, world.cadence))
    if (conversation instanceof BmcError) {
      report(conversation, true)
      return void (schedule = { power: Infinity, sensors: Infinity, log: Infinity, identity: Infinity, inventory: Infinity })
    }
    if (needsSurvey() && !conversation.isDoubtful()) await world.gates.sweep.run(() => survey(firstMs))
    await world.gates.power.run(askPower)
    if (mayTellCode()) askingCode ??= world.gates.sweep.run(askPostCode).finally(() => (askingCode = undefined))
    schedule = reschedule(schedule, 'power', performance.now(), world.random, world.cadence)
  }

  async function askPower(): Promise<void> {
    const asked = conversation
    if (asked instanceof BmcError || isStopped || steps.isCommanding()) return
    try {
      const { reading, via, latencyMs, silent } = await asked.readPower(world.signal)
      if (asked !== conversation) return
      onPower(reading, via, latencyMs, reading.state)
      for (const { protocol, failure } of silent) markEndpoint(protocol, 'failed', failure)
    } catch (error) {
      if (asked === conversation && !world.signal.aborted) onFailure(toBmcError(error, addressOf(node)))
    }
  }

  function onPower(reading: PowerReading, via: Protocol, latencyMs: number, shown: PowerReading['state']): void {
    const nowMs = performance.now()
    if (failuresInARow > 0 || !everAnswered) schedule = hasten(hasten(schedule, 'sensors', nowMs), 'log', nowMs + 2_000)
    if (lastPower !== undefined && lastPower.state !== 'on' && reading.state === 'on') onHostRestart(nowMs)
    if (lastPower !== undefined && lastPower.state !== reading.state) ear.sawChange()
    failuresInARow = 0
    everAnswered = true
    boot.seePower(reading, Date.now())
    lastPower = reading
    fans.setOff(reading.state === 'off')
    ear.wake()
    world.results.power({ nodeId: node.id, epoch: node.epoch, atMs: Date.now(), power: shown, via, latencyMs: Math.round(latencyMs), data: { ...reading, progress: boot.told() } })
    markEndpoint(via, 'ok', null)
    for (const lane of [lanes.sweep, lanes.log, lanes.inventory]) planLane(lane)
  }

  /** One lost answer of a BMC that answered a moment ago is not yet news; a refusal is. */
  function onFailure(failure: BmcError): void {
    failuresInARow++
    const isNews = !everAnswered || failuresInARow >= 2 || failure.kind !== 'unreachable'
    report(failure, isNews)
  }

  function report(failure: BmcError, isNews: boolean): void {
    if (!isNews) return
    world.results.failure({ nodeId: node.id, epoch: node.epoch, atMs: Date.now(), failure: failure.toFailure() })
    const endpoint = node.endpoints.find((one) => failure.address.endsWith(`:${one.port}`) && one.state !== 'absent')
    if (endpoint !== undefined) markEndpoint(endpoint.protocol, 'failed', failure)
  }

  /** Keeps the port's row in step with what polling sees; only changes are written. */
  function markEndpoint(protocol: Protocol, state: 'ok' | 'failed', failure: BmcError | null): void {
    const endpoint = node.endpoints.find((one) => one.protocol === protocol)
    if (endpoint === undefined || endpoint.state === 'probing' || (endpoint.state === state && (endpoint.failure?.kind ?? null) === (failure?.kind ?? null))) return
    tellIfDowngraded([{ protocol, failure: failure?.toFailure() ?? null }])
    endpoint.state = state
    endpoint.failure = failure?.toFailure() ?? null
    void writeEndpoints(world.db, owner(), node.id, [endpoint])
      .then(() => (writtenAtMs = performance.now()))
      .catch((error: unknown) => world.complain(`${node.name}: ${error instanceof Error ? error.message : String(error)}`))
  }

  function tellIfDowngraded(found: readonly Pick<Endpoint, 'protocol' | 'failure'>[]): void {
    const failure = newDowngrade(node.endpoints, found)
    if (failure === undefined) return
    tellDowngrade(node, failure, world).catch((error: unknown) => world.complain(`${node.name}: ${error instanceof Error ? error.message : String(error)}`))
  }

  const owner = () => ({ conductorId: world.conductorId, epoch: node.epoch })

  async function sweepTurn(): Promise<void> {
    const nowMs = performance.now()
    const asked = conversation
    if (!maySweep(asked, nowMs)) {
      // The power lane finds out when it answers again, and hastens this one.
      schedule = { ...schedule, sensors: Math.max(schedule.sensors, nowMs + 5_000), identity: Math.max(schedule.identity, nowMs + 30_000) }
      return
    }
    if (schedule.sensors <= nowMs) await world.gates.sweep.run(() => sweepSensors(asked))
    if (schedule.identity <= performance.now() && asked === conversation) {
      await world.gates.sweep.run(() => survey(unhurriedMs))
      schedule = reschedule(schedule, 'identity', performance.now(), world.random, world.cadence)
    }
    if (asked === conversation && !steps.isCommanding() && fans.isLookDue()) await world.gates.sweep.run(() => fans.lookNow(sweepStop.signal))
  }

  /** Everything but power waits for a BMC that answers, for a survey that is under way, and for steps. */
  function maySweep(asked: Conversation | BmcError, nowMs: number): asked is Conversation {
    const isReachable = everAnswered && failuresInARow === 0
    return !(asked instanceof BmcError) && !steps.isCommanding() && surveying === undefined && isReachable && asked.usable(nowMs).length > 0
  }

  async function archiveTurn(facet: 'log' | 'inventory'): Promise<void> {
    const asked = conversation
    const read = facet === 'log' ? archive.logTurn : archive.inventoryTurn
    const dueMs = schedule[facet]
    const pauseMs = maySweep(asked, performance.now()) ? await read(asked, sweepStop.signal) : 5_000
    const hastened = schedule[facet] === dueMs ? Infinity : schedule[facet]
    const usual = reschedule(schedule, facet, performance.now(), world.random, world.cadence)
    const keenMs = facet === 'log' && boot.isStarting(Date.now()) ? performance.now() + bootLogMs : Infinity
    schedule = { ...schedule, [facet]: Math.min(hastened, keenMs, pauseMs === null ? usual[facet] : performance.now() + pauseMs) }
  }

  async function sweepSensors(asked: Conversation): Promise<void> {
    const via = asked.usable(performance.now())[0]
    if (via === undefined || isStopped || steps.isCommanding()) return
    const { signal } = sweepStop
    try {
      const sweep = await asked.read(via, (bmc) => bmc.readSensors(signal), signal)
      schedule = reschedule(schedule, 'sensors', performance.now(), world.random, world.cadence)
      if (asked === conversation && !isStopped) await keepSweep(sweep)
    } catch (error) {
      const failure = toBmcError(error, addressOf(node))
      schedule = { ...schedule, sensors: performance.now() + (failure.kind === 'failed' ? 5_000 : 30_000) }
      // Nothing will be asked any more, so that the power lane has no chance to say so.
      if (asked === conversation && asked.nextTryMs() === Infinity) onFailure(failure)
    }
  }

  /**
   * One survey at a time, whoever asks for it. Where somebody waits for it, what takes a slow BMC longer than `abilitiesMs` is left for
   * another one soon after, for which nobody waits.
   */
  function survey(abilitiesMs: number): Promise<ProbeResult> {
    return (surveying ??= surveyNow(abilitiesMs).finally(() => (surveying = undefined)))
  }

  /** Who it is and what it can do, by every protocol; pins the certificate that is seen first, and one that the site's CA vouches for. */
  async function surveyNow(abilitiesMs: number): Promise<ProbeResult> {
    const asked = conversation
    if (asked instanceof BmcError) return { endpoints: [], identity: {}, capabilities: null, failure: asked.toFailure() }
    const result = await surveyNode(node, asked, world.signal, abilitiesMs)
    if (!world.signal.aborted && !isStopped && asked === conversation) await keepSurvey(result, asked)
    if (abilitiesMs < unhurriedMs && result.capabilities?.unread !== undefined) {
      schedule = hasten(schedule, 'identity', performance.now() + 5_000)
      planLane(lanes.sweep)
    }
    return result
  }

  async function keepSurvey(result: ProbeResult, asked: Conversation): Promise<void> {
    const distrusted = result.endpoints.find((one) => one.failure?.kind === 'certificate')
    const known = isAskedAnew ? null : node.capabilities
    isAskedAnew = false
    const capabilities = result.capabilities && keepFans(known, keepConsoles(node.capabilities, keepUnread(node.capabilities, result.capabilities)))
    const found = distrusted === undefined ? { ...result, capabilities } : { ...result, capabilities: null, endpoints: result.endpoints.map((one) => toDistrusted(one, distrusted)), failure: distrusted.failure }
    tellIfDowngraded(found.endpoints)
    await writeProbe(world.db, owner(), node.id, found)
    node = { ...node, endpoints: keepOthers(node.endpoints, found.endpoints), capabilities: found.capabilities ?? node.capabilities }
    writtenAtMs = performance.now()
    ear.renew()
    if (everAnswered) ear.wake()
    if (found.failure !== null) return report(new BmcError(found.failure.kind, found.failure.address, found.failure.text), true)
    const { certificate, isVouchedFor } = found.endpoints.find((one) => one.protocol === 'redfish')?.facts ?? {}
    if (certificate !== undefined && certificate !== node.pin && (node.pin === null || isVouchedFor)) {
      await pinCertificate(world.db, node.id, node.epoch, certificate, node.pin)
      node = { ...node, pin: certificate }
      writtenAtMs = performance.now()
    }
    await keepSuite(found)
    if (Object.keys(found.identity).length > 0) world.results.identity({ nodeId: node.id, epoch: node.epoch, atMs: Date.now(), identity: found.identity })
    schedule = reschedule(schedule, 'identity', performance.now(), world.random, world.cadence)
    await asked.bmc.rest(asked.usable(performance.now())[0] ?? 'redfish')
  }

  async function keepSuite({ endpoints }: ProbeResult): Promise<void> {
    const suite = endpoints.find((one) => one.protocol === 'ipmi' && one.state === 'ok')?.facts.cipherSuiteId
    if (suite === undefined || (node.cipherSuite !== null && !isWeaker(node.cipherSuite, suite))) return
    await keepCipherSuite(world.db, node.id, node.epoch, suite, node.cipherSuite)
    node = { ...node, cipherSuite: suite }
    writtenAtMs = performance.now()
  }

  /** Starts over: another address, port, pin or password is another BMC until it has said otherwise. */
  function restart(): void {
    const old = conversation
    sweepStop.abort()
    sweepStop = new AbortController()
    ear.renew()
    void ear.stop()
    if (!(old instanceof BmcError)) void old.close()
    conversation = startConversation(() => node, world)
    fans.forget()
    boot = createBootWatch()
    failuresInARow = 0
    everAnswered = false
    const nowMs = performance.now()
    schedule = { ...startSchedule(nowMs, world.random, world.cadence), power: nowMs, sensors: nowMs + 500, identity: nowMs + 600_000 }
    plan()
  }

  plan()
  return {
    nodeId: node.id,
    isBusy: () => steps.isBusy(),
    update(next, readAtMs) {
      if (readAtMs < writtenAtMs) return
      const isOther = conversationKey(next) !== conversationKey(node)
      const asksProbe = next.endpoints.some((one) => one.state === 'probing') && node.endpoints.every((one) => one.state !== 'probing')
      node = next
      if (isOther || asksProbe) restart()
    },
    probe(deadlineMs) {
      const address = addressOf(node)
      const text = `${address}: no complete answer within ${deadlineMs / 1000} s`
      const late = { endpoints: node.endpoints, identity: {}, capabilities: null, failure: new BmcError('unreachable', address, text).toFailure() }
      isAskedAnew = true
      return within(survey(deadlineMs - 1_000), deadlineMs, world.signal, () => new Error(text)).catch(() => late)
    },
    conversation: () => conversation,
    node: () => node,
    offer: (offered) => steps.offer(offered),
    offerFans: (work, readAtMs) => fans.offer(work, readAtMs),
    async stop() {
      isStopped = true
      for (const lane of Object.values(lanes)) clearTimeout(lane.timer)
      sweepStop.abort()
      // At once: whoever stops us waits some seconds and no more.
      await Promise.all([steps.stop(), fans.stop()])
      await ear.stop()
      if (!(conversation instanceof BmcError)) await conversation.close()
    },
  }
}

const toDistrusted = (endpoint: Endpoint, distrusted: Endpoint): Endpoint =>
  endpoint === distrusted ? endpoint : { ...endpoint, state: 'failed', failure: distrusted.failure }

const keepOthers = (known: readonly Endpoint[], found: readonly Endpoint[]): Endpoint[] =>
  known.map((one) => found.find((other) => other.protocol === one.protocol) ?? one)

/** What makes a conversation with this node another one. */
const conversationKey = ({ address, protocol, pin, tls, ipmi, cipherSuite, credential, endpoints }: OwnedNode) =>
  JSON.stringify([address, protocol, pin, tls, ipmi, cipherSuite, credential?.version ?? null, endpoints.map((one) => [one.protocol, one.port])])
