import { foldNames } from '#lib/domain/fold-names.ts'
import type { Command } from '../command.ts'
import { confirm } from '../confirm.ts'
import { misuse } from '../failure.ts'
import { limitOptions, limitUsage, toLimits } from '../limits.ts'
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

export const bmcreset: Command = {
  summary: 'Restart the BMCs themselves; their nodes go on',
  usage: [`bmcreset NODERANGE [--yes] ${limitUsage}`],
  options: { ...limitOptions, yes: { type: 'boolean', short: 'y' } },
  async run({ client, output, args, values }) {
    // `mc reset cold n1` is ipmitool's.
    const [range, ...more] = args.filter((word) => !['reset', 'cold', 'warm'].includes(word))
    if (range === undefined || more.length > 0) throw misuse('baseboard bmcreset NODERANGE')
    const api = await client()
    const nodes = await namesOf(api, range)
    const limits = toLimits(values)
    await confirm(nodes.length, `reset the BMCs of ${foldNames(nodes)}`, values['yes'] === true)
    const id = await startOperation(api, { kind: 'bmc-reset', action: 'ResetBmc', nodes, ...(limits === undefined ? {} : { limits }) })
    return watchOperation(api, output, id)
  },
}
