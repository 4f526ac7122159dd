import type { Why } from './reason.ts'

/** Why fans are not held, or cannot be: in English, and by a code under which `messages` has it in the languages of the pages. */
export const fanSentences = {
  'fan-hot': '{name} reads {reading} °C, and the limit is {limit} °C',
  'fan-critical': '{name} reads {reading} °C, and {limit} °C is critical for it',
  'fan-unread': '{name} has no reading',
  'fan-lost': '{name} has had no reading for {seconds} s',
  'fan-node-off': 'the node is off',
  'fan-not-consented': '{name} is unverified, and no administrator has turned on what it sends now',
  'fan-unknown': 'this BMC is not known to take anything for its fans',
  'fan-stopped': 'the conductor stopped or gave the node to another',
  'fan-protected': 'the node is protected; nothing was sent',
  'fan-forbidden': 'whoever asked may not do this any more; nothing was sent',
  'fan-no-automatic': 'no command is known that gives these fans back to the BMC: full speed is the safe end',
  'fan-no-mode': 'these fans have no mode {mode}',
  'fan-mode-wants-duty': '{mode} needs a duty: set one, or a curve',
  'fan-no-switch': 'these fans have no switch {switch}',
  'fan-no-duty': 'these fans take no duty, only a mode',
  'fan-no-zone': 'these fans have no zone {zone}',
  'fan-zone-missing': 'zone {zone} needs a duty too',
  'fan-floor': '{floor} % is the least that these fans may be set to, not {percent} %',
} as const

export function sayFan(code: keyof typeof fanSentences, values: Record<string, string | number> = {}): Why {
  const words = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  return { code, values: words, text: fanSentences[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '') }
}
