import type { BootTarget } from '#lib/domain/boot.ts'
import type { Command } from '../command.ts'
import { textOf } from '../command.ts'
import { misuse } from '../failure.ts'
import { limitOptions, limitUsage } from '../limits.ts'
import { operate } from '../operate.ts'

/** What people type, of ipmitool and confluent. */
const targets: Record<string, BootTarget> = {
  none: 'none',
  default: 'none',
  disk: 'disk',
  hd: 'disk',
  pxe: 'pxe',
  net: 'pxe',
  network: 'pxe',
  http: 'http',
  cdrom: 'cd',
  cd: 'cd',
  usb: 'usb',
  bios: 'setup',
  setup: 'setup',
  diag: 'diagnostics',
  diagnostics: 'diagnostics',
}

export const bootdev: Command = {
  summary: 'What nodes boot from next, or always',
  usage: ['bootdev none|disk|pxe|http|cdrom|usb|bios|diag NODERANGE', `  [--persistent] [--uefi|--legacy] [--uri URI] [--start] [--yes] ${limitUsage}`],
  options: { ...limitOptions, persistent: { type: 'boolean' }, uefi: { type: 'boolean' }, legacy: { type: 'boolean' }, uri: { type: 'string' }, start: { type: 'boolean' }, yes: { type: 'boolean', short: 'y' } },
  async run(context) {
    const { args, values } = context
    const [first, second, ...more] = args
    const [word, range] = first !== undefined && Object.hasOwn(targets, first) ? [first, second] : [second, first]
    const target = word === undefined ? undefined : targets[word]
    if (target === undefined || range === undefined || more.length > 0) throw misuse('baseboard bootdev none|disk|pxe|http|cdrom|usb|bios|diag NODERANGE')
    if (values['uefi'] === true && values['legacy'] === true) throw misuse('--uefi or --legacy, not both')
    const mode = values['uefi'] === true ? ('uefi' as const) : values['legacy'] === true ? ('legacy' as const) : undefined
    const uri = textOf(values, 'uri')
    const isStarted = values['start'] === true
    const boot = { target, lasting: values['persistent'] === true ? ('always' as const) : ('once' as const), ...(mode === undefined ? {} : { mode }), ...(uri === undefined ? {} : { uri }) }
    return operate(context, range, `boot from ${target}${isStarted ? ' now' : ''}:`, { kind: 'boot', action: 'SetBoot', boot, ...(isStarted ? { start: true } : {}) })
  },
}
