import { inventoryAnswer, nodeEventList, sensorList } from '#lib/api/contract.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { toReadingText } from '#lib/domain/words.ts'
import type { Client } from '../client.ts'
import { textOf, type Command, type Context } from '../command.ts'
import { exitCodes, misuse } from '../failure.ts'
import { limitOptions, limitUsage, toWhole } from '../limits.ts'
import { namesOf, ofEach } from '../nodes-of.ts'
import { operate } from '../operate.ts'
import { toTable } from '../output.ts'

/** Asks every node of a range, and prints for each what `toRows` makes of the answer; several nodes have their name before each line. */
async function readEach<T>({ client, output, args }: Context, read: (api: Client, name: string) => Promise<T>, toRows: (answer: T) => string[][], needs: string): Promise<number> {
  const [range, ...more] = args
  if (range === undefined || more.length > 0) throw misuse(`baseboard ${needs} NODERANGE`)
  const api = await client()
  const names = await namesOf(api, range)
  const answers = await ofEach(names, (name) => read(api, name))
  if (output.json) {
    output.out(JSON.stringify(Object.fromEntries(names.map((name, at) => [name, answers[at]]))))
    return exitCodes.ok
  }
  const rows = names.flatMap((name, at) => toRows(answers[at]!).map((row) => (names.length === 1 ? row : [`${name}:`, ...row])))
  for (const line of toTable(rows)) output.out(line)
  return exitCodes.ok
}

export const sensors: Command = {
  summary: 'Sensors as the last sweep saw them',
  usage: ['sensors NODERANGE [--kind temperature|fan|voltage|…]'],
  options: { kind: { type: 'string' } },
  run: (context) => {
    const kind = textOf(context.values, 'kind')
    return readEach(
      context,
      async (api, name) => (await api.ask(sensorList, `/api/nodes/${name}/sensors`)).sensors.filter((sensor) => kind === undefined || sensor.kind === kind),
      (list) => list.map((sensor) => [sensor.name, sensor.reading === null ? (sensor.states?.join(', ') ?? 'no reading') : toReadingText(sensor.reading, sensor.unit), sensor.health]),
      'sensors',
    )
  },
}

/** Empties the log of the BMC; what was read of it stays in Baseboard. */
async function clear(context: Context): Promise<number> {
  const [, range, ...more] = context.args
  if (range === undefined || more.length > 0) throw misuse('baseboard sel clear NODERANGE')
  const source = textOf(context.values, 'source')
  return operate(context, range, 'clear the log of', { kind: 'log-clear', action: 'ClearLog', ...(source === undefined ? {} : { source }) })
}

export const sel: Command = {
  summary: 'Events of the BMC: SEL and every other log, the newest last',
  usage: ['sel NODERANGE [--limit N] [--source NAME] [--level warning,critical]', `sel clear NODERANGE [--source NAME] [--yes] ${limitUsage}`],
  options: { ...limitOptions, limit: { type: 'string' }, source: { type: 'string' }, level: { type: 'string' }, yes: { type: 'boolean', short: 'y' } },
  run: (context) => {
    const { values } = context
    if (context.args[0] === 'clear') return clear(context)
    const query = { limit: toWhole('limit', values['limit']) ?? 100, source: textOf(values, 'source'), level: textOf(values, 'level') }
    // `sel list n1` and `sel elist n1` are ipmitool's.
    const args = ['list', 'elist'].includes(context.args[0] ?? '') ? context.args.slice(1) : context.args
    return readEach(
      { ...context, args },
      async (api, name) => (await api.ask(nodeEventList, `/api/nodes/${name}/events`, { query })).events.toReversed(),
      (events) => events.map(({ at, seenAt, source, level, sensor, text }) => [at ?? `(${seenAt})`, source, level, [sensor, text].filter((part) => part !== null).join(': ')]),
      'sel',
    )
  },
}

/** `8 × 32 GiB`-like words would lose the slots: one line per part, as `fru print` has it. */
const toPartRow = ({ kind, slot, name, manufacturer, model, serial, partNumber }: Part): string[] => [kind, name === '' ? slot : name, [manufacturer, model, partNumber].filter(Boolean).join(' '), serial ?? '']

export const fru: Command = {
  summary: 'What nodes are made of, with serial numbers',
  usage: ['fru NODERANGE'],
  run: (context) => {
    const args = context.args[0] === 'print' ? context.args.slice(1) : context.args
    return readEach(
      { ...context, args },
      (api, name) => api.ask(inventoryAnswer, `/api/nodes/${name}/inventory`),
      ({ inventory, fru: other }) => [...(inventory?.parts ?? []), ...(other?.inventory.parts ?? [])].map(toPartRow),
      'fru',
    )
  },
}
