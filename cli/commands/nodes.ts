import { nodeList } from '#lib/api/contract.ts'
import { nodeNames } from '#lib/api/nodes-contract.ts'
import { asOf } from '#lib/domain/as-of.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { toPowerText } from '#lib/domain/words.ts'
import type { Command } from '../command.ts'
import { exitCodes, misuse } from '../failure.ts'
import { namesOf } from '../nodes-of.ts'
import { fold, toTable } from '../output.ts'

export const nodes: Command = {
  summary: 'Nodes with their power and health, alike ones folded',
  usage: ['nodes [NODERANGE] [--long | --names]'],
  options: { long: { type: 'boolean', short: 'l' }, names: { type: 'boolean' } },
  async run({ client, output, args, values }) {
    const [range, ...more] = args
    if (more.length > 0) throw misuse('one noderange: join several with commas')
    const api = await client()
    if (values['names'] === true) {
      const { names } = await api.ask(nodeNames, '/api/node-names', { query: { range } })
      for (const name of names) output.out(name)
      return exitCodes.ok
    }
    if (range !== undefined) await namesOf(api, range)
    const list = (await api.ask(nodeList, '/api/nodes', { query: { range } })).nodes.toSorted((a, b) => byName(a.name, b.name))
    const nowMs = Date.now()
    const told = list.map((node) => ({ node, ...asOf(node, nowMs) }))
    if (output.json) output.out(JSON.stringify(list))
    else if (values['long'] === true) {
      const rows = told.map(({ node, power, health }) => [node.name, power, health.level, node.bmc.address, node.rack ?? '-', node.watts === null ? '-' : toPowerText(node.watts), node.identity.model ?? '-'])
      for (const line of toTable([['NAME', 'POWER', 'HEALTH', 'BMC', 'RACK', 'DRAW', 'MODEL'], ...rows])) output.out(line)
    } else {
      const lines = told.map(({ node, power, health }) => ({ node: node.name, text: node.bmc.state === 'failed' ? `no answer: ${node.bmc.failure?.kind ?? 'failed'}` : `${power}, ${health.level}` }))
      for (const line of fold(lines, true)) output.out(line)
    }
    return exitCodes.ok
  },
}
