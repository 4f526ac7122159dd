import { nodeList } from '#lib/api/contract.ts'
import { powerTotals } from '#lib/api/power-contract.ts'
import { asOf } from '#lib/domain/as-of.ts'
import { byName } from '#lib/domain/natural-order.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import { toPowerText } from '#lib/domain/words.ts'
import type { Command, Context } from '../command.ts'
import { exitCodes, misuse } from '../failure.ts'
import { limitOptions, limitUsage, toWhole } from '../limits.ts'
import { namesOf } from '../nodes-of.ts'
import { operate } from '../operate.ts'
import { fold, toTable } from '../output.ts'

/** What people type, of ipmitool, xCAT, confluent and Redfish. */
const actions: Record<string, PowerAction> = {
  on: 'On',
  up: 'On',
  off: 'ForceOff',
  forceoff: 'ForceOff',
  down: 'ForceOff',
  soft: 'GracefulShutdown',
  softoff: 'GracefulShutdown',
  shutdown: 'GracefulShutdown',
  restart: 'GracefulRestart',
  reset: 'ForceRestart',
  cycle: 'PowerCycle',
  reseat: 'FullPowerCycle',
  diag: 'Nmi',
  nmi: 'Nmi',
  boot: 'Boot',
}
const asks = new Set(['status', 'stat', 'state'])
const isVerb = (word: string | undefined): word is string => word !== undefined && (asks.has(word) || Object.hasOwn(actions, word))

/** `power off n1` and, as confluent has it, `power n1 off`; a range alone asks. */
function parse([first, second, ...more]: readonly string[]): { verb: string; range: string } {
  if (first === undefined || more.length > 0) throw misuse('which nodes? baseboard power status|on|off|soft|reset|cycle|diag|boot NODERANGE')
  if (isVerb(first) && second !== undefined) return { verb: first, range: second }
  if (isVerb(second)) return { verb: second, range: first }
  if (second === undefined && !isVerb(first)) return { verb: 'status', range: first }
  throw misuse(`what to do? ${[first, second].join(' ').trim()} names no power action and noderange`)
}

export const power: Command = {
  summary: 'Power of nodes, read back and verified',
  usage: ['power status|on|off|soft|restart|reset|cycle|reseat|diag|boot NODERANGE', `  [--force-after SECONDS] [--yes] [--no-wait] ${limitUsage}`, 'power totals'],
  options: { ...limitOptions, 'force-after': { type: 'string' }, yes: { type: 'boolean', short: 'y' }, 'no-wait': { type: 'boolean' } },
  async run(context) {
    if (context.args.length === 1 && context.args[0] === 'totals') return totals(context)
    const { verb, range } = parse(context.args)
    const action = actions[verb]
    return action === undefined ? status(context, range) : act(context, action, range)
  },
}

async function status({ client, output }: Context, range: string): Promise<number> {
  const api = await client()
  await namesOf(api, range)
  const { nodes } = await api.ask(nodeList, '/api/nodes', { query: { range } })
  const nowMs = Date.now()
  const told = nodes.toSorted((a, b) => byName(a.name, b.name)).map((node) => ({ node: node.name, power: asOf(node, nowMs).power, at: node.power.at, failure: node.bmc.failure?.text ?? null }))
  if (output.json) output.out(JSON.stringify(told))
  else for (const line of fold(told.map(({ node, power: state, failure }) => ({ node, text: state === 'unknown' && failure !== null ? 'unknown, the BMC does not answer' : state })))) output.out(line)
  return told.every(({ power: state }) => state !== 'unknown') ? exitCodes.ok : exitCodes.partly
}

/** What the fleet, its groups and its racks draw. */
async function totals({ client, output }: Context): Promise<number> {
  const found = await (await client()).ask(powerTotals, '/api/power')
  if (output.json) output.out(JSON.stringify(found))
  else {
    const rows = [{ name: 'fleet', ...found.fleet }, ...found.groups.map((group) => ({ ...group, name: `group ${group.name}` })), ...found.racks.map((rack) => ({ ...rack, name: `rack ${rack.name}` }))]
    const toWatts = ({ told, silent, watts }: (typeof rows)[number]) => (told === 0 ? 'not reported' : `${silent > 0 ? 'at least ' : ''}${toPowerText(watts)}`)
    for (const line of toTable(rows.map((row) => [`${row.name}:`, toWatts(row), `${row.told} of ${row.nodes} told`, `${row.silent} not reported`, `${row.off} off`]))) output.out(line)
  }
  return found.fleet.silent === 0 ? exitCodes.ok : exitCodes.partly
}

function act(context: Context, action: PowerAction, range: string): Promise<number> {
  const forceAfterSeconds = toWhole('force-after', context.values['force-after'])
  return operate(context, range, action, { kind: 'power', action, ...(forceAfterSeconds === undefined ? {} : { forceAfterSeconds }) })
}
