import { fansAnswer, fansForManyAnswer, type FansAnswer } from '#lib/api/fans-contract.ts'
import type { FanPolicy } from '#lib/domain/fan-policy.ts'
import { pickSensors, usualLimitC } from '#lib/domain/fan-usual.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { Client } from '../client.ts'
import type { Command, Context } from '../command.ts'
import { confirm } from '../confirm.ts'
import { exitCodes, Failure, misuse } from '../failure.ts'
import { toWhole } from '../limits.ts'
import { namesOf, ofEach } from '../nodes-of.ts'
import { fold, toTable } from '../output.ts'

export const fans: Command = {
  summary: 'Fans: as they are, given back to the BMC, in a mode, or held at a duty',
  usage: ['fans NODERANGE', 'fans NODERANGE auto [--yes]', 'fans NODERANGE mode NAME [--yes]', 'fans NODERANGE PERCENT [--limit CELSIUS] [--full] [--yes]'],
  options: { limit: { type: 'string' }, full: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' } },
  async run(context) {
    const [range, verb, mode, ...more] = context.args
    if (range === undefined || more.length > 0 || (verb === 'mode') !== (mode !== undefined)) throw misuse('baseboard fans NODERANGE [auto | mode NAME | PERCENT]')
    const api = await context.client()
    const names = await namesOf(api, range)
    if (verb === undefined) return show(api, names, context)
    const sure = (what: string) => confirm(names.length, `${what} ${foldNames(names)}`, context.values['yes'] === true)
    if (verb === 'auto') {
      await sure('give back the fans of')
      return askMany(api, names, { kind: 'automatic' }, context)
    }
    if (verb === 'mode') {
      await sure(`set the fan mode ${mode} on`)
      return askMany(api, names, { kind: 'mode', mode: mode! }, context)
    }
    const percent = Number.parseInt(verb, 10)
    if (!/^\d{1,3}%?$/.test(verb) || percent > 100) throw misuse(`${verb}: auto, mode NAME, or a duty in percent`)
    await sure(`hold at ${percent} % the fans of`)
    return hold(api, names, percent, context)
  },
}

const pathOf = (name: string) => `/api/nodes/${name}/fans`

async function show(api: Client, names: readonly string[], { output }: Context): Promise<number> {
  const answers = await ofEach(names, (name) => api.ask(fansAnswer, pathOf(name)))
  if (output.json) output.out(JSON.stringify(Object.fromEntries(names.map((name, at) => [name, answers[at]]))))
  else for (const line of toTable(names.map((name, at) => [`${name}:`, ...toRow(answers[at]!)]))) output.out(line)
  return exitCodes.ok
}

function toRow({ control, why, reading, standing }: FansAnswer): string[] {
  const speeds = (reading?.fans ?? []).flatMap(({ rpm }) => rpm ?? [])
  const span = speeds.length === 0 ? 'no speed read' : `${Math.min(...speeds)}-${Math.max(...speeds)} RPM`
  const duties = Object.entries(standing?.duties ?? {}).map(([zone, percent]) => `${zone} ${percent} %`)
  if (control === null) return [span, why ?? 'takes nothing for its fans']
  return [span, `mode ${reading?.mode ?? 'unknown'}`, standing === null ? 'automatic' : [standing.policy.kind, standing.state, ...duties, standing.reason?.text ?? ''].filter((word) => word !== '').join(', ')]
}

async function askMany(api: Client, names: readonly string[], policy: Extract<FanPolicy, { kind: 'automatic' | 'mode' }>, { output }: Context): Promise<number> {
  const { asked, refused } = await api.ask(fansForManyAnswer, '/api/fans', { method: 'POST', body: { names, policy } })
  if (output.json) output.out(JSON.stringify({ asked, refused }))
  else for (const line of fold([...asked.map((node) => ({ node, text: 'asked' })), ...refused.map(({ node, message }) => ({ node, text: message.replace(`${node}: `, '') }))])) output.out(line)
  return refused.length === 0 ? exitCodes.ok : exitCodes.partly
}

/** A duty hangs on the temperatures of its own node: each is asked by itself. */
async function hold(api: Client, names: readonly string[], percent: number, { output, values }: Context): Promise<number> {
  const limitC = toWhole('limit', values['limit']) ?? usualLimitC
  const told = await ofEach(names, (name) => holdOne(api, name, percent, limitC, values['full'] === true))
  const lines = names.map((node, at) => ({ node, text: told[at]! }))
  if (output.json) output.out(JSON.stringify(Object.fromEntries(lines.map(({ node, text }) => [node, text]))))
  else for (const line of fold(lines)) output.out(line)
  return told.every((text) => text.startsWith('asked')) ? exitCodes.ok : exitCodes.partly
}

async function holdOne(api: Client, name: string, percent: number, limitC: number, isFull: boolean): Promise<string> {
  try {
    const { control, why, reading } = await api.ask(fansAnswer, pathOf(name))
    if (control === null) return why ?? 'its BMC takes nothing for its fans'
    const sensors = pickSensors((reading?.temperatures ?? []).map(({ key, name: sensor, celsius }) => ({ key, name: sensor, reading: celsius }))).map(({ key }) => key)
    const policy: FanPolicy = { kind: 'fixed', zones: Object.fromEntries(control.zones.map(({ id }) => [id, percent])), sensors, limitC, letGo: isFull ? 'full' : 'automatic' }
    if (sensors.length === 0) return 'no temperature has been read with its fans'
    await api.ask(fansAnswer, pathOf(name), { method: 'PATCH', body: { policy } })
    return `asked, and let go of at ${limitC} °C`
  } catch (error) {
    if (error instanceof Failure && error.exitCode === exitCodes.refused) return error.message.replace(`${name}: `, '').replace(`policy: `, '')
    throw error
  }
}
