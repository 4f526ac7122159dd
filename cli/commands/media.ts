import { bootMode } from '#lib/domain/boot.ts'
import { patienceMinutes, quietMinutes } from '#lib/domain/install.ts'
import type { Command, Context } from '../command.ts'
import { misuse } from '../failure.ts'
import { limitOptions, limitUsage, toWhole } from '../limits.ts'
import { operate } from '../operate.ts'

/** What is mounted: a name of the library, or an address of another server. */
const toImage = (text: string) => (text.includes('://') ? { share: text } : { image: text })

export const media: Command = {
  summary: 'Images in the virtual drives of nodes',
  usage: ['media NODERANGE mount IMAGE|nfs://HOST/FOLDER/x.iso', `  [--yes] ${limitUsage}`, 'media NODERANGE eject [--force]', 'media NODERANGE read'],
  options: { ...limitOptions, force: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' }, 'no-wait': { type: 'boolean' } },
  async run(context) {
    const [range, verb, image, ...more] = context.args
    if (range === undefined || more.length > 0) throw misuse('baseboard media NODERANGE mount IMAGE | eject | read')
    if (verb === 'mount' && image !== undefined) return operate(context, range, `mount ${image} on`, { kind: 'media', action: 'MountImage', ...toImage(image) })
    if (image !== undefined) throw misuse('baseboard media NODERANGE mount IMAGE | eject | read')
    if (verb === 'eject') return operate(context, range, 'eject the image of', { kind: 'media', action: 'EjectMedia', ...(context.values['force'] === true ? { force: true } : {}) })
    if (verb === 'read' || verb === undefined) return operate(context, range, 'read the virtual media of', { kind: 'refresh', action: 'RefreshMedia' })
    throw misuse(`${verb}: mount IMAGE, eject or read`)
  },
}

export const install: Command = {
  summary: 'Install nodes from an image: mount, boot once, restart, watch, eject',
  usage: ['install IMAGE|nfs://HOST/FOLDER/x.iso NODERANGE', `  [--uefi|--legacy] [--quiet MINUTES] [--patience MINUTES] [--yes] [--no-wait] ${limitUsage}`],
  options: { ...limitOptions, uefi: { type: 'boolean' }, legacy: { type: 'boolean' }, quiet: { type: 'string' }, patience: { type: 'string' }, yes: { type: 'boolean', short: 'y' }, 'no-wait': { type: 'boolean' } },
  async run(context) {
    const [image, range, ...more] = context.args
    if (image === undefined || range === undefined || more.length > 0) throw misuse('baseboard install IMAGE NODERANGE')
    const mode = toMode(context)
    const quiet = toMinutes(context, 'quiet', quietMinutes)
    const patience = toMinutes(context, 'patience', patienceMinutes)
    return operate(context, range, `install ${image}, which ends all that runs there, on`, {
      kind: 'install',
      action: 'InstallImage',
      ...toImage(image),
      ...(mode === undefined ? {} : { mode }),
      ...(quiet === undefined ? {} : { quietMinutes: quiet }),
      ...(patience === undefined ? {} : { patienceMinutes: patience }),
    })
  },
}

function toMinutes({ values }: Context, name: 'quiet' | 'patience', { least, most }: { least: number; most: number }): number | undefined {
  const minutes = toWhole(name, values[name])
  if (minutes !== undefined && (minutes < least || minutes > most)) throw misuse(`--${name}: ${least} to ${most} minutes`)
  return minutes
}

function toMode({ values }: Context) {
  if (values['uefi'] === true && values['legacy'] === true) throw misuse('--uefi or --legacy, not both')
  return bootMode.options.find((mode) => values[mode] === true)
}
