import { budget as budgetAnswer, budgetDetail, budgetList, type Budget } from '#lib/api/budgets-contract.ts'
import type { BudgetAct } from '#lib/domain/budget.ts'
import { toPowerText } from '#lib/domain/words.ts'
import type { Client } from '../client.ts'
import type { Command, Context } from '../command.ts'
import { exitCodes, Failure, misuse } from '../failure.ts'
import { toTable } from '../output.ts'

const usage = ['budget [list]', 'budget show NAME', 'budget arm NAME ITS_RANGE', 'budget disarm NAME']

/** Budgets of power: as they stand, what one would do, armed and disarmed. They are made in the browser. */
export const budget: Command = {
  summary: 'Budgets of power: what nodes draw against a cap, and what would be done',
  usage,
  async run(context) {
    const [verb = 'list', name, range, ...more] = context.args
    const api = await context.client()
    if (verb === 'list' && name === undefined) return list(api, context)
    if (name === undefined || more.length > 0 || (range !== undefined) !== (verb === 'arm')) throw misuse(usage.map((line) => `baseboard ${line}`).join('\n'))
    const { id } = await find(api, name)
    if (verb === 'show') return show(api, id, context)
    if (verb === 'arm') return turn(api, `/api/budgets/${id}/arm`, { range }, context)
    if (verb === 'disarm') return turn(api, `/api/budgets/${id}/disarm`, undefined, context)
    throw misuse(`there is no «budget ${verb}»: list, show, arm, disarm`)
  },
}

async function find(api: Client, name: string): Promise<Budget> {
  const found = (await api.ask(budgetList, '/api/budgets')).budgets.find((one) => one.name === name)
  if (found === undefined) throw new Failure(exitCodes.refused, `there is no budget ${name}`)
  return found
}

const levels = { ok: 'within', warning: 'near its cap', over: 'over its cap', unknown: 'not known' } as const

function toCells({ name, range, capWatts, armed, now }: Budget): string[] {
  const draw = now === null ? 'nobody has looked' : `${now.total.silent > 0 ? 'at least ' : ''}${toPowerText(now.total.watts)}`
  return [`${name}:`, range, `${draw} of ${toPowerText(capWatts)}`, now === null ? '' : levels[now.level], armed === null ? 'only tells' : `armed by ${armed.by}`]
}

async function list(api: Client, { output }: Context): Promise<number> {
  const { budgets } = await api.ask(budgetList, '/api/budgets')
  if (output.json) output.out(JSON.stringify(budgets))
  else for (const line of toTable(budgets.map(toCells))) output.out(line)
  return budgets.some(({ now }) => now?.level !== 'ok') ? exitCodes.partly : exitCodes.ok
}

const toActText = (act: BudgetAct) => (act.do === 'cap' ? `cap to ${act.watts} W` : `shut down${act.forceAfterSeconds === null ? '' : `, force off after ${act.forceAfterSeconds} s`}`)

async function show(api: Client, id: string, { output }: Context): Promise<number> {
  const detail = await api.ask(budgetDetail, `/api/budgets/${id}`)
  if (output.json) output.out(JSON.stringify(detail))
  else {
    output.out(toCells(detail).join('  '))
    for (const line of toTable(detail.plan.map(({ node, act, skip }, place) => [`${place + 1}.`, node, toActText(act), skip === null ? '' : `left out: ${skip}`]))) output.out(line)
  }
  return exitCodes.ok
}

async function turn(api: Client, path: string, body: { range: string | undefined } | undefined, { output }: Context): Promise<number> {
  const turned = await api.ask(budgetAnswer, path, { method: 'POST', body })
  output.out(output.json ? JSON.stringify(turned) : toCells(turned).join('  '))
  return exitCodes.ok
}
