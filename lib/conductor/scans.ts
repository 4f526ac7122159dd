import { sight } from '#lib/bmc/sight.ts'
import { beatScan, countSightings, finishScan, keepSighting, releaseScan, takeScans, type ScanWork } from '#lib/db/scans.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { addressesOf } from '#lib/domain/address-spans.ts'
import { goOnWith } from './background.ts'
import { createPace } from './gate.ts'
import { sleep } from './sleep.ts'
import type { World } from './world.ts'

/** One walk at a time: politeness is towards the network, whose switches see every empty address as an ARP request. */
const atOnce = 1
/** Addresses in conversation at a time, and begun per second. A silent one takes a second: a /24 is done in some ten seconds. */
const lanes = 32
const perSecond = 40
const beatMs = 1_000
/** Far longer than a beat: who has said nothing since has died. */
const forgottenSeconds = 30

/** Takes up scans that wait; of one whose conductor died the rest. */
export async function takeUpScans(world: World, running: Set<Promise<void>>): Promise<void> {
  const room = atOnce - running.size
  if (room <= 0) return
  for (const work of await takeScans(world.db, world.conductorId, room, forgottenSeconds)) {
    goOnWith(run(work, world), `scan of ${work.ranges}`, running, world)
  }
}

/** Where a walk is: what was begun and not ended, so that the part that is surely done can be told. */
function createProgress(first: number) {
  const open = new Set<number>()
  let next = first
  return {
    begin(): number {
      open.add(next)
      return next++
    },
    end: (index: number) => void open.delete(index),
    /** All before it have been asked. */
    asked: () => Math.min(next, ...open),
  }
}

async function run(work: ScanWork, world: World): Promise<void> {
  const addresses = addressesOf(work.spans, work.asked)
  const progress = createProgress(work.asked)
  const pace = createPace(() => perSecond, () => performance.now(), sleep)
  let word: 'go-on' | 'stop' | 'gone' = 'go-on'
  const mayGoOn = () => word === 'go-on' && !world.signal.aborted

  async function walk(): Promise<void> {
    while (mayGoOn() && (await pace(world.signal)) && mayGoOn()) {
      const { value: address, done } = addresses.next()
      if (done) return
      const index = progress.begin()
      await ask(address, work, world)
      if (!world.signal.aborted) progress.end(index)
    }
  }
  const walking = Array.from({ length: lanes }, walk)
  const isDone = Promise.all(walking).then(() => true)
  try {
    while (!(await Promise.race([isDone, sleep(beatMs, world.signal).then(() => false)])) && mayGoOn()) {
      word = await beatScan(world.db, work, world.conductorId, progress.asked())
    }
    await isDone
  } catch (error) {
    // It is taken up again when it has been silent for a while.
    word = 'gone'
    await Promise.allSettled(walking)
    throw error
  }
  if (word === 'gone') return
  if (world.signal.aborted) return releaseScan(world.db, work, world.conductorId, progress.asked())
  const result = { asked: progress.asked(), end: word === 'stop' ? 'stopped' : 'finished' } as const
  await finishScan(world.db, work, world.conductorId, result, toEntry(work, result, await countSightings(world.db, work.id)))
}

/** The rule of networks is asked again for every address: it may have changed since the scan was asked for. */
async function ask(address: string, work: ScanWork, world: World): Promise<void> {
  if (!world.allows(address)) return
  const seen = await sight(address, work.ports, world.signal)
  if (seen !== null && !world.signal.aborted) await keepSighting(world.db, work.id, seen)
}

function toEntry({ by, byKind, ip, requestId, ranges, total }: ScanWork, { asked, end }: { asked: number; end: string }, found: number): AuditEntry {
  return { actor: by, actorKind: byKind, ip, requestId, action: 'scan', node: null, target: ranges, outcome: 'ok', operationId: null, detail: { end, addresses: total, asked, found } }
}
