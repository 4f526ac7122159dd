import type { Command } from '../command.ts'
import { misuse } from '../failure.ts'
import { namesOf } from '../nodes-of.ts'
import { startOperation, watchOperation } from '../watch.ts'

export const identify: Command = {
  summary: 'The locate light',
  usage: ['identify on|off NODERANGE'],
  async run({ client, output, args }) {
    const [first, second, ...more] = args
    const [word, range] = first === 'on' || first === 'off' ? [first, second] : [second, first]
    if ((word !== 'on' && word !== 'off') || range === undefined || more.length > 0) throw misuse('baseboard identify on|off NODERANGE')
    const api = await client()
    const id = await startOperation(api, { kind: 'indicator', action: word === 'on' ? 'IndicatorOn' : 'IndicatorOff', nodes: await namesOf(api, range) })
    return watchOperation(api, output, id)
  },
}
