import { foldNames } from '#lib/domain/fold-names.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import type { Context } from './command.ts'
import { confirm } from './confirm.ts'
import { exitCodes } from './failure.ts'
import { toLimits } from './limits.ts'
import { namesOf } from './nodes-of.ts'
import { startOperation, watchOperation } from './watch.ts'

/**
 * Asks for something of the nodes of a range, after a question where they are many, and waits for its end unless `--no-wait` says so.
 * `what`: how the question names it, before the nodes.
 */
export async function operate({ client, output, values }: Context, range: string, what: string, request: Omit<OperationCreate, 'nodes' | 'limits'>): Promise<number> {
  const api = await client()
  const nodes = await namesOf(api, range)
  const limits = toLimits(values)
  await confirm(nodes.length, `${what} ${foldNames(nodes)}`, values['yes'] === true)
  const id = await startOperation(api, { ...request, nodes, ...(limits === undefined ? {} : { limits }) })
  if (values['no-wait'] !== true) return watchOperation(api, output, id)
  output.out(output.json ? JSON.stringify({ id }) : id)
  return exitCodes.ok
}
