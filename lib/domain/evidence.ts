/**
 * What proves a step, sentence by sentence: written down in English, as the audit keeps it, and read again by a page that says it in another
 * language (the catalogue's `operations.evidence`). The first that fits counts: the narrower stand before the wider.
 */
export const evidenceSentences = {
  on: 'read back on',
  off: 'read back off',
  lit: 'read back lit',
  dark: 'read back dark',
  alreadyOn: 'already on, nothing sent',
  alreadyOff: 'already off, nothing sent',
  alreadyLit: 'already lit, nothing sent',
  alreadyDark: 'already dark, nothing sent',
  seenOff: 'seen off, then on',
  resetTime: 'last reset time changed to {value}',
  restartCause: 'restart cause changed to {value}',
  bmcStart: "the BMC's last start changed to {value}",
  silent: 'silent for {seconds} s, then answered again',
  usedUp: 'the boot override was used up',
  capped: 'read back: capped at {watts} W',
  uncapped: 'read back: no power cap',
  noOverride: 'read back: no override',
  logAnew: 'read back: the log {log} begins anew',
  logEmpty: 'read back: the log {log} is empty',
  readBack: 'read back: {value}',
  notMounted: 'nothing was mounted, nothing sent',
  stillOn: 'still on after {seconds} s',
} as const
export type EvidenceKey = keyof typeof evidenceSentences
type Values = Readonly<Record<string, string | number>>

/** The sentence with its figures, for the record. */
export const toEvidenceText = (key: EvidenceKey, values: Values = {}): string => evidenceSentences[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const patterns = (Object.entries(evidenceSentences) as [EvidenceKey, string][]).map(([key, sentence]) => ({
  key,
  pattern: new RegExp(`^${sentence.split(/\{(\w+)\}/).map((piece, at) => (at % 2 === 0 ? escape(piece) : `(?<${piece}>.+)`)).join('')}$`, 's'),
}))

/** Which sentence a text is, and its figures; null for one that is none of these. Pure. */
export function readEvidence(text: string): { key: EvidenceKey; values: Record<string, string> } | null {
  for (const { key, pattern } of patterns) {
    const found = pattern.exec(text)
    if (found !== null) return { key, values: { ...found.groups } }
  }
  return null
}
