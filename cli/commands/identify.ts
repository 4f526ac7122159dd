import type { Command } from '../command.ts'
import { misuse } from '../failure.ts'
import { limitOptions, limitUsage } from '../limits.ts'
import { operate } from '../operate.ts'

export const identify: Command = {
  summary: 'The locate light',
  usage: ['identify on|off NODERANGE'],
  async run(context) {
    const [first, second, ...more] = context.args
    const [word, range] = first === 'on' || first === 'off' ? [first, second] : [second, first]
    if ((word !== 'on' && word !== 'off') || range === undefined || more.length > 0) throw misuse('baseboard identify on|off NODERANGE')
    // A light ends nothing: it is not asked about, however many there are.
    const unasked = { ...context, values: { ...context.values, yes: true } }
    return operate(unasked, range, 'identify', { kind: 'indicator', action: word === 'on' ? 'IndicatorOn' : 'IndicatorOff' })
  },
}

export const bmcreset: Command = {
  summary: 'Restart the BMCs themselves; their nodes go on',
  usage: [`bmcreset NODERANGE [--yes] ${limitUsage}`],
  options: { ...limitOptions, yes: { type: 'boolean', short: 'y' } },
  async run(context) {
    // `mc reset cold n1` is ipmitool's.
    const [range, ...more] = context.args.filter((word) => !['reset', 'cold', 'warm'].includes(word))
    if (range === undefined || more.length > 0) throw misuse('baseboard bmcreset NODERANGE')
    return operate(context, range, 'reset the BMCs of', { kind: 'bmc-reset', action: 'ResetBmc' })
  },
}
