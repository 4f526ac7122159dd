import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startConductor, type RunningConductor } from '#lib/conductor/conductor.ts'
import type { Cadence } from '#lib/conductor/schedule.ts'
import { usualTiming, type StepTiming } from '#lib/conductor/step-timing.ts'
import { openVault } from '#lib/conductor/vault.ts'
import { openDatabase, prisma } from '#lib/db/client.ts'
import { findNodesByName, insertNode, listNodes, putCredential } from '#lib/db/nodes.ts'
import { insertOperation, insertSteps, type NewOperation } from '#lib/db/operations.ts'
import { findOperation, listStepsOf } from '#lib/db/operations-read.ts'
import { insertProbe, findProbe } from '#lib/db/probes-asked.ts'
import { writeSetting } from '#lib/db/settings.ts'
import type { ProbeResult, ProtocolChoice } from '#lib/domain/bmc.ts'
import type { Operation, OperationAction, OperationKind, Step } from '#lib/domain/operation.ts'
import { isReading } from '#lib/domain/step-verbs.ts'
import { inOrder, toLanes, usualDeadlineSeconds } from '#lib/domain/operation-limits.ts'
import { credentialContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import type { NodeDescription } from '#simulator/node.ts'
import type { TestDatabase } from './database.ts'

/** Steps that read often and give up soon, so that a test of a lie takes seconds. */
export const quickTiming: StepTiming = {
  readEveryMs: 100,
  keenReadEveryMs: 50,
  keenForMs: 2_000,
  pauseMs: 300,
  silentWithinMs: 3_000,
  tryAgainMs: 300,
  deadlineMs: {
    ...usualTiming.deadlineMs,
    On: 6_000,
    ForceOff: 4_000,
    GracefulShutdown: 6_000,
    GracefulRestart: 6_000,
    ForceRestart: 4_000,
    PowerCycle: 6_000,
    Nmi: 1_000,
    IndicatorOn: 3_000,
    IndicatorOff: 3_000,
    SetBoot: 3_000,
    SetPowerCap: 3_000,
    LiftPowerCap: 3_000,
    ResetBmc: 15_000,
    FullPowerCycle: 15_000,
  },
  tracelessMs: 4_000,
  media: { busyMs: 1_000, neverReadMs: 15_000, quietMs: 10_000, quietAfterRestartMs: 6_000, longestMs: 120_000, lookEveryMs: 200, stateEveryMs: 2_000, readEveryMs: 200, readBackMs: 6_000 },
}

/** Polls ten times as often, and gives a BMC that fell silent a new chance within seconds. A refused password is still left alone for minutes. */
export const quickCadence: Cadence = {
  intervalMs: { power: 1_000, sensors: 10_000, log: 1_500, identity: 6 * 3_600_000, inventory: 6 * 3_600_000 },
  inventoryDelayMs: 500,
  shortestPauseMs: 1_000,
  longestPauseMs: 300_000,
}

export type ConductorRig = {
  keys: () => VaultKeys
  folder: () => string
  start: (timing?: StepTiming, cadence?: Cadence) => RunningConductor
  stop: () => Promise<void>
  complaints: string[]
}

/** What the conductors of one test file share: the keys and the networks. Call `stop` in afterAll. */
export async function makeRig(test: TestDatabase): Promise<ConductorRig> {
  // Under the role that it has in production, so that a missing right shows here.
  const db = openDatabase((await test.roles()).conductor)
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-conductor-'))
  const keys = await openVault(join(folder, 'conductor'))
  await writeSetting('networks', ['127.0.0.0/8'])
  const started: RunningConductor[] = []
  const complaints: string[] = []
  return {
    keys: () => keys,
    folder: () => folder,
    complaints,
    start(timing = quickTiming, cadence = quickCadence) {
      const conductor = startConductor({ db, keys, timing, cadence, complain: (text) => complaints.push(text) })
      started.push(conductor)
      return conductor
    },
    async stop() {
      await Promise.all(started.splice(0).map((conductor) => conductor.stop()))
      await db.close().catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Adds a simulated BMC as web would: node, ports, and the password sealed to the conductor. */
export async function addNode(rig: ConductorRig, of: NodeDescription, changes: { protocol?: ProtocolChoice; password?: string; address?: string; name?: string } = {}): Promise<string> {
  const id = randomUUID()
  const { protocol = 'auto', password = of.password, address = of.address, name = of.name } = changes
  const ports = protocol === 'auto' ? of.ports : { [protocol]: of.ports[protocol] }
  const sealed = sealForConductor(rig.keys().publicKey, password, credentialContext({ nodeId: id, address, ports }))
  await prisma().$transaction(async (tx) => {
    await insertNode(tx, { id, name, address, protocol, ports })
    await putCredential(tx, { nodeId: id, username: of.username, sealed })
  })
  return id
}

/** Waits until the BMC of each of these nodes has answered. */
export async function allOk(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await until(async () => (await listNodes()).some((node) => node.name === name && node.bmc.state === 'ok'), 20_000, `${name} ok`)
  }
}

/** Asks what stands at an address, as `POST /api/probes` does, and waits for the answer. */
export async function askProbe(
  rig: ConductorRig,
  ask: { address: string; protocol?: ProtocolChoice; ports: { redfish?: number; ipmi?: number }; username?: string; password?: string },
): Promise<ProbeResult> {
  const id = randomUUID()
  const { address, protocol = 'auto', ports, username = 'admin', password = 'secret' } = ask
  const sealed = sealForConductor(rig.keys().publicKey, password, credentialContext({ nodeId: id, address, ports }))
  await prisma().$transaction((tx) => insertProbe(tx, { id, nodeId: null, address, protocol, ports, username, sealed, createdBy: 'test' }))
  return (await until(async () => (await findProbe(id))?.result ?? null, 15_000, `an answer of the probe of ${address}`))!
}

/** Has a node probed anew, as a person does on its page. */
export async function probeAgain(name: string): Promise<ProbeResult> {
  const id = randomUUID()
  const { id: nodeId, address, protocol } = await prisma().node.findUniqueOrThrow({ where: { name } })
  await prisma().$transaction((tx) => insertProbe(tx, { id, nodeId, address, protocol: protocol as ProtocolChoice, ports: {}, username: '', sealed: null, createdBy: 'test' }))
  return (await until(async () => (await findProbe(id))?.result ?? null, 30_000, `an answer of the probe of ${name}`))!
}

/** Who asks in these tests. */
async function asker(): Promise<string> {
  const known = await prisma().user.findUnique({ where: { name: 'ada' }, select: { id: true } })
  return (known ?? (await prisma().user.create({ data: { name: 'ada', role: 'admin', passwordHash: 'none' }, select: { id: true } }))).id
}

const kindOf = (action: OperationAction): OperationKind =>
  action === 'InstallImage' ? 'install' : action === 'MountImage' || action === 'EjectMedia' ? 'media' :   isReading(action) ? 'refresh' : action === 'ClearLog' ? 'log-clear' : action === 'SetBoot' ? 'boot' : action === 'ResetBmc' ? 'bmc-reset' : action.endsWith('PowerCap') ? 'power-cap' : action.startsWith('Indicator') ? 'indicator' : 'power'

/** Asks for something to be done, as `POST /api/operations` does. Gives the operation's id. */
export async function operate(action: OperationAction, names: readonly string[], changes: Partial<NewOperation> = {}): Promise<string> {
  const byId = await asker()
  const found = new Map((await findNodesByName(prisma(), names)).map((node) => [node.name, node]))
  const { limits = {} } = changes
  const nodes = inOrder(names.map((name) => found.get(name)!), limits.order)
  return prisma().$transaction(async (tx) => {
    const id = await insertOperation(tx, {
      kind: kindOf(action),
      action,
      by: 'ada',
      byId,
      byKind: 'person',
      ip: '127.0.0.1',
      requestId: null,
      idempotencyKey: null,
      request: '{}',
      selection: names.join(','),
      options: {},
      limits,
      deadlineSeconds: usualDeadlineSeconds,
      retryOfId: null,
      ...changes,
    })
    await insertSteps(tx, id!, nodes.map((node) => ({ nodeId: node.id, nodeName: node.name, lanes: toLanes(node, limits) })))
    return id!
  })
}

export type Ended = Operation & { steps: Step[] }

/** The operation once it has ended, with all of its steps. */
export async function ended(id: string, ms = 20_000): Promise<Ended> {
  const operation = await until(async () => {
    const found = await findOperation(id)
    return found !== null && found.state !== 'running' ? found : null
  }, ms, `the end of operation ${id}`)
  return { ...operation, steps: (await listStepsOf(id, { order: 'position', limit: 10_000 })).steps }
}

/** Looks until there is something, and says what did not come. */
export async function until<T>(look: () => Promise<T | null | undefined | false> | T | null | undefined | false, ms: number, what: string): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what} did not come within ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}
