import type { Bmc } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { toBmcError } from '#lib/bmc/failure.ts'
import { createTreeRecorder, type FetchedResource, type TreeRecorder } from '#lib/bmc/tree-recorder.ts'
import { beatRecording, deleteOldRecordings, finishRecording, listForgottenRecordings, takeRecordings, type RecordingResult, type RecordingWork } from '#lib/db/recordings.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { BmcFailureKind } from '#lib/domain/bmc.ts'
import { recordingKeptHours, type RecordingEnd } from '#lib/domain/recording.ts'
import { goOnWith } from './background.ts'
import { toConversation } from './change-by-hand.ts'
import type { NodeAgent } from './node-agent.ts'
import { sleep } from './sleep.ts'
import type { World } from './world.ts'

/** Each may hold 64 MiB of text until it is masked. */
const atOnce = 4
/** Far longer than a resource takes, so that what has said nothing since has nobody. */
const forgottenSeconds = 300
const beatMs = 2_000
/** A BMC that falls silent is given so long, by and by, before what was read so far is all. */
const patienceMs = [2_000, 10_000, 30_000, 60_000, 120_000] as const
/** Between two requests: polls and people come first, and a BMC has other things to do. */
const pauseMs = 20

/** Takes up recordings of nodes of ours; each reads one resource after the other, behind everything else that the BMC is asked. */
export async function takeUpRecordings(world: World, agents: ReadonlyMap<string, NodeAgent>, running: Set<Promise<void>>): Promise<void> {
  await deleteOldRecordings(world.db, recordingKeptHours)
  for (const forgotten of await listForgottenRecordings(world.db, forgottenSeconds)) {
    await finish(forgotten, toFailed('no-conductor', `${forgotten.nodeName}: the conductor that recorded it is gone; start again`), world)
  }
  const room = atOnce - running.size
  if (room <= 0) return
  for (const work of await takeRecordings(world.db, world.conductorId, room)) {
    goOnWith(run(work, world, () => agents.get(work.nodeId)), `${work.nodeName}: recording`, running, world)
  }
}

/** Records a node. `agentNow`: the node may change hands meanwhile, and then this is over. */
async function run(work: RecordingWork, world: World, agentNow: () => NodeAgent | undefined): Promise<void> {
  const recorder = createTreeRecorder()
  const end = await readTree(work, recorder, world, agentNow).catch((error: unknown) => toBmcError(error, work.nodeName))
  if (end === 'gone') return
  if (end instanceof Error) return finish(work, toFailed(end.kind, end.message), world)
  await finish(work, { ...(await recorder.finish(end)), failure: null }, world)
}

async function readTree(work: RecordingWork, recorder: TreeRecorder, world: World, agentNow: () => NodeAgent | undefined): Promise<RecordingEnd | 'gone' | BmcError> {
  let beatAtMs = 0
  for (let next = recorder.next(); ; next = recorder.next()) {
    if (world.signal.aborted) throw new BmcError('failed', work.nodeName, `${work.nodeName}: the conductor stopped; start again`)
    if (performance.now() - beatAtMs > beatMs) {
      const word = await beatRecording(world.db, work.id, recorder.progress())
      if (word === 'gone') return 'gone'
      if (word === 'stop') return 'stopped'
      beatAtMs = performance.now()
    }
    if ('end' in next) return next.end
    const outcome = await readOne(next.path, work, recorder, world, agentNow)
    if (outcome === 'gone') return 'gone'
    if (outcome === 'stop') return 'stopped'
    // Without a single resource there is nothing to keep; else what was read is worth having.
    if (outcome !== 'read' && !world.signal.aborted) return recorder.progress().read === 0 ? outcome : 'silent'
    await sleep(pauseMs, world.signal)
  }
}

/** Reads one resource, with patience; a failure is given only where the BMC itself cannot be asked any more. It may be ended meanwhile. */
async function readOne(path: string, work: RecordingWork, recorder: TreeRecorder, world: World, agentNow: () => NodeAgent | undefined): Promise<'read' | 'stop' | 'gone' | BmcError> {
  for (const waitMs of [...patienceMs, null]) {
    const failure = await tryOne(path, work, recorder, world, agentNow())
    if (failure === null) return 'read'
    if (waitMs === null || !mayComeBack(failure.kind) || world.signal.aborted) return failure
    const word = await waitAndBeat(waitMs, work, recorder, world)
    if (word !== 'go-on') return word
  }
  return 'read'
}

async function tryOne(path: string, work: RecordingWork, recorder: TreeRecorder, world: World, agent: NodeAgent | undefined): Promise<BmcError | null> {
  try {
    const conversation = toConversation(work, 'redfish', agent)
    recorder.take(path, await conversation.readAside('redfish', (bmc) => fetchOrNull(bmc, path, world.signal), world.signal))
    return null
  } catch (error) {
    return toBmcError(error, work.nodeName)
  }
}

/** An answer that is too large or no HTTP, a link that leads out: this resource is left out, the others may be well. */
async function fetchOrNull(bmc: Bmc, path: string, signal: AbortSignal): Promise<FetchedResource | null> {
  try {
    return await bmc.fetch!(path, signal)
  } catch (error) {
    if (!signal.aborted && error instanceof BmcError && isOfThisResource(error.kind)) return null
    throw error
  }
}

/** Waits; says meanwhile that it is still at it, and hears whether it should end. */
async function waitAndBeat(waitMs: number, work: RecordingWork, recorder: TreeRecorder, world: World): Promise<'go-on' | 'stop' | 'gone'> {
  for (let leftMs = waitMs; leftMs > 0 && !world.signal.aborted; leftMs -= beatMs) {
    await sleep(Math.min(beatMs, leftMs), world.signal)
    const word = await beatRecording(world.db, work.id, recorder.progress())
    if (word !== 'go-on') return word
  }
  return 'go-on'
}

const isOfThisResource = (kind: BmcFailureKind) => kind === 'failed' || kind === 'garbled' || kind === 'not-a-bmc'
const mayComeBack = (kind: BmcFailureKind) => kind === 'unreachable' || kind === 'refused' || kind === 'session-limit' || kind === 'reply-lost'

const toFailed = (code: string, message: string): RecordingResult => ({ file: null, summary: null, failure: { code, message } })

async function finish(work: RecordingWork, result: RecordingResult, world: World): Promise<void> {
  await finishRecording(world.db, work.id, result, toEntry(work, result))
}

function toEntry({ by, byKind, ip, requestId, nodeName }: RecordingWork, { summary, failure }: RecordingResult): AuditEntry {
  const detail = summary === null ? { error: failure?.message } : { end: summary.end, resources: summary.resources, masked: summary.masked }
  return { actor: by, actorKind: byKind, ip, requestId, action: 'recording', node: nodeName, target: null, outcome: summary === null ? 'failed' : 'ok', operationId: null, detail }
}
