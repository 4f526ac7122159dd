import { operationCreated, operationList } from '#lib/api/contract.ts'
import { operation } from '#lib/domain/operation.ts'
import { textOf, type Command, type Context } from '../command.ts'
import { exitCodes, misuse } from '../failure.ts'
import { toWhole } from '../limits.ts'
import { toTable } from '../output.ts'
import { tellSteps, toProgressLine, watchOperation } from '../watch.ts'

const turns = ['abort', 'hold', 'continue'] as const
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const operations: Command = {
  summary: 'What was asked of nodes, and how it went',
  usage: ['operations [ID] [--watch] [--limit N] [--node NAME] [--state running|succeeded|failed|aborted]', 'operations abort|hold|continue ID', 'operations retry ID [--unknown] [--rest]'],
  options: { watch: { type: 'boolean' }, limit: { type: 'string' }, node: { type: 'string' }, state: { type: 'string' }, unknown: { type: 'boolean' }, rest: { type: 'boolean' } },
  async run(context) {
    const [word, id, ...more] = context.args
    if (more.length > 0) throw misuse('one operation at a time')
    if (word === undefined) return list(context)
    if (uuid.test(word)) return show(context, word)
    if (id === undefined || !uuid.test(id)) throw misuse(`baseboard operations ${word} ID: the id is the first column of «baseboard operations»`)
    const turn = turns.find((one) => one === word)
    if (turn !== undefined) return doTurn(context, turn, id)
    if (word === 'retry') return retry(context, id)
    throw misuse(`${word}: abort, hold, continue or retry`)
  },
}

async function list({ client, output, values }: Context): Promise<number> {
  const query = { limit: toWhole('limit', values['limit']) ?? 20, node: textOf(values, 'node'), state: textOf(values, 'state') }
  const { operations: found } = await (await client()).ask(operationList, '/api/operations', { query })
  if (output.json) output.out(JSON.stringify(found))
  else for (const line of toTable(found.map((one) => [one.id, one.createdAt, one.by, one.action, one.state, one.nodes]))) output.out(line)
  return exitCodes.ok
}

async function show({ client, output, values }: Context, id: string): Promise<number> {
  const api = await client()
  if (values['watch'] === true) return watchOperation(api, output, id)
  const found = await api.ask(operation, `/api/operations/${id}`)
  if (!output.json) output.note(`${found.action} by ${found.by} at ${found.createdAt}: ${found.state}  ${toProgressLine(found)}`)
  return tellSteps(api, output, found)
}

async function doTurn({ client, output }: Context, turn: (typeof turns)[number], id: string): Promise<number> {
  const after = await (await client()).ask(operation, `/api/operations/${id}/${turn}`, { method: 'POST' })
  output.out(output.json ? JSON.stringify(after) : toProgressLine(after))
  return exitCodes.ok
}

/** What may have happened is done again only when that is said, as in the browser. */
async function retry({ client, output, values }: Context, id: string): Promise<number> {
  const states = ['not-applied', 'failed', ...(values['unknown'] === true ? ['unknown'] : []), ...(values['rest'] === true ? ['aborted'] : [])]
  const api = await client()
  const { id: again } = await api.ask(operationCreated, `/api/operations/${id}/retry`, { method: 'POST', body: { states }, idempotencyKey: crypto.randomUUID() })
  return watchOperation(api, output, again)
}
