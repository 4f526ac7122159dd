import type { Command } from '../command.ts'
import { misuse } from '../failure.ts'
import { limitOptions, limitUsage } from '../limits.ts'
import { operate } from '../operate.ts'

const usage = `powercap WATTS|none NODERANGE [--yes] ${limitUsage}`

export const powercap: Command = {
  summary: 'How much nodes may draw at most',
  usage: [usage],
  options: { ...limitOptions, yes: { type: 'boolean', short: 'y' } },
  async run(context) {
    const [word, range, ...more] = context.args
    const watts = Number(word)
    if (range === undefined || more.length > 0 || (word !== 'none' && !(Number.isInteger(watts) && watts > 0))) throw misuse(`baseboard ${usage}`)
    if (word === 'none') return operate(context, range, 'lift the power cap of', { kind: 'power-cap', action: 'LiftPowerCap' })
    return operate(context, range, `cap at ${watts} W`, { kind: 'power-cap', action: 'SetPowerCap', capWatts: watts })
  },
}
