import type { SilenceCreate } from '#lib/api/alerts-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { countSilences, endSilence as end, insertSilence, listSilences as list } from '#lib/db/silences.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { isEverything } from '#lib/domain/selection.ts'
import type { Silence } from '#lib/domain/silence.ts'
import { invalid } from './address.ts'
import { change, demand } from './permission.ts'
import { readRange, selectNodes } from './select-nodes.ts'

const longestMs = 366 * 86_400_000
const mostSilences = 200

/** Silences in force. */
export async function listSilences(user: SignedInUser): Promise<Silence[]> {
  await demand(user, 'read')
  return list()
}

/** Keeps nodes quiet until a moment. A slip of the pen must not pass: it throws `unknown-node` (404) for a name, group or property that is not there. */
export async function createSilence(user: SignedInUser, { range, reason, until }: SilenceCreate): Promise<Silence> {
  const attempt = { action: 'silence-create', target: range }
  await demand(user, 'silence', attempt)
  if (isEverything(readRange(range))) throw invalid('range', 'is empty: * means every node')
  const aheadMs = Date.parse(until) - Date.now()
  if (aheadMs <= 0 || aheadMs > longestMs) throw invalid('until', 'lies in the past, or more than a year ahead')
  const { nodes, unmatched } = await selectNodes(user, range)
  if (unmatched.length > 0) throw new BaseboardError('unknown-node', 404, `range: there is no node or group ${unmatched.slice(0, 20).join(' ')}`)
  await demand(user, 'silence', attempt, nodes)
  if ((await countSilences()) >= mostSilences) throw new BaseboardError('too-many', 422, `there are ${mostSilences} silences already`)
  return change(async (tx) => {
    const made = await insertSilence(tx, { range, reason, by: user.name, until: new Date(until) })
    await record(tx, user, { ...attempt, outcome: 'ok', detail: { reason, until, nodes: foldNames(nodes.map(({ name }) => name)).slice(0, 1000) } })
    return made
  })
}

/** Ends a silence: what still fires is told. */
export async function endSilence(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'silence', { action: 'silence-end', target: id })
  await change(async (tx) => {
    const silence = await end(tx, id)
    if (silence === null) throw new BaseboardError('unknown-silence', 404, `there is no silence ${id}`)
    await record(tx, user, { action: 'silence-end', outcome: 'ok', target: silence.range, detail: { reason: silence.reason } })
  })
}
