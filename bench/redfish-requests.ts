import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createModel, type RedfishModel } from '#lib/redfish/model.ts'
import { readAbilities } from '#lib/redfish/read-abilities.ts'
import { readHealth } from '#lib/redfish/read-health.ts'
import { readIdentity } from '#lib/redfish/read-identity.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readLog, type LogCursors } from '#lib/redfish/read-log.ts'
import { readPower } from '#lib/redfish/read-power.ts'
import { readSensors } from '#lib/redfish/read-sensors.ts'
import { readResetTypes } from '#lib/redfish/reset.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { readRecording, RECORDINGS, startReplay } from '../e2e/strangers/replay-redfish.ts'

/**
 * How many requests each recorded machine is asked, by what is asked for. Counts, not times: they are the same on every machine.
 * With `--expand` those that offer `$expand` answer it as they say (composed of the recording), else they refuse it.
 */
const { values } = parseArgs({ options: { expand: { type: 'boolean', default: false } } })
const columns = ['login', 'power', 'power again', 'sensors', 'sensors again', 'log', 'log again', 'identity', 'abilities', 'inventory', 'an hour'] as const
type Column = (typeof columns)[number]

/** Per hour by the usual cadence: power every 10 s, sensors and log every minute; identity, abilities and inventory every six hours. */
function toHour(counts: Record<Exclude<Column, 'an hour'>, number>): number {
  const perHour = 360 * counts['power again'] + 60 * counts['sensors again'] + 60 * counts['log again']
  return Math.round(perHour + (counts.identity + counts.abilities + counts.inventory) / 6)
}

async function count(machine: string): Promise<Record<Column, number>> {
  const replay = await startReplay(readRecording(machine), { expands: values.expand ? 'well' : 'never' })
  const before = () => replay.requests.length
  const cost = async (act: () => Promise<unknown>) => {
    const start = before()
    await act()
    return before() - start
  }
  const session = await openRedfish(replay)
  try {
    const model = createModel(session)
    const login = before()
    let cursors: LogCursors = {}
    const log = async () => void (cursors = (await readLog(model, cursors)).cursors)
    const counts = {
      login,
      power: await cost(() => readPower(model)),
      'power again': await cost(() => readPower(model)),
      sensors: await cost(() => sweep(model)),
      'sensors again': await cost(() => sweep(model)),
      log: await cost(log),
      'log again': await cost(log),
      identity: await cost(async () => [await readIdentity(model), await readResetTypes(model)]),
      abilities: await cost(() => readAbilities(model)),
      inventory: await cost(() => readInventory(model)),
    }
    return { ...counts, 'an hour': toHour(counts) }
  } finally {
    await session.close()
    await replay.close()
  }
}

async function sweep(model: RedfishModel): Promise<void> {
  await readHealth(model, await readSensors(model))
}

const machines = readdirSync(join(RECORDINGS, 'redfish')).flatMap((name) => (name.endsWith('.json.gz') ? [name.slice(0, -8)] : []))
console.log(`| machine | ${columns.join(' | ')} |\n|---|${columns.map(() => '---:').join('|')}|`)
for (const machine of machines) {
  const counts = await count(machine)
  console.log(`| ${machine} | ${columns.map((column) => counts[column]).join(' | ')} |`)
}
