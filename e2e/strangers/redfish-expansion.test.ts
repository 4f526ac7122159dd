import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createModel } from '#lib/redfish/model.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readSensors } from '#lib/redfish/read-sensors.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { toServiceRoot } from '#lib/redfish/service-root.ts'
import { readRecording, RECORDINGS, startReplay, type Replay, type ReplayOptions } from './replay-redfish.ts'

/** Recorded machines that offer `$expand`: what they tell is the same whether it is done well, badly or not at all. */
const folder = join(RECORDINGS, 'redfish')
const hasRecordings = existsSync(folder)
if (!hasRecordings) console.warn(`skipped: no recordings at ${RECORDINGS} (set RECORDINGS)`)
const machines = (hasRecordings ? readdirSync(folder) : [])
  .map((file) => file.replace('.json.gz', ''))
  .filter((machine) => toServiceRoot(readRecording(machine).resources['/redfish/v1'])?.expandQuery !== undefined)

async function readAll(replay: Replay) {
  const before = replay.requests.length
  const session = await openRedfish(replay)
  try {
    const model = createModel(session)
    const read = async () => {
      const { failures: a, ...sweep } = await readSensors(model)
      const { failures: b, ...inventory } = await readInventory(model)
      return { sweep, inventory, failures: [...a, ...b].map(({ kind }) => kind).sort() }
    }
    return { facts: [await read(), await read()], requests: replay.requests.length - before }
  } finally {
    await session.close()
  }
}

describe.skipIf(!hasRecordings)('members in one answer', () => {
  it.each(machines)('%s', { timeout: 120_000 }, async (machine) => {
    const options: ReplayOptions = { expands: 'never' }
    const replay = await startReplay(readRecording(machine), options)
    try {
      const never = await readAll(replay)
      options.expands = 'well'
      const well = await readAll(replay)
      expect(well.facts).toEqual(never.facts)
      expect(well.requests).toBeLessThan(never.requests)
      options.expands = 'badly'
      expect((await readAll(replay)).facts).toEqual(never.facts)
    } finally {
      await replay.close()
    }
  })
})
