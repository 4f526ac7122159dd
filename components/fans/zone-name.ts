/** Zones whose names are ours, of profiles and of a level for all fans; what stands in brackets behind is which fans those are. */
const ours = [
  ['allAtLeast', /^All fans, at least$/],
  ['all', /^All fans$/],
  ['cpu', /^CPU and system(?: (?<fans>\(.+\)))?$/],
  ['peripheral', /^Peripheral(?: (?<fans>\(.+\)))?$/],
  ['zone', /^Zone (?<n>\d+)(?: (?<fans>\(.+\)))?$/],
  ['fan', /^Fan (?<n>\d+)$/],
  ['place', /^Place (?<n>\d+)$/],
] as const
export type ZoneKey = (typeof ours)[number][0]

/** Which of our names for a zone this is, with its number and its fans; null for a BMC's own. Pure. */
export function readZoneName(name: string): { key: ZoneKey; values: { n: string; fans: string } } | null {
  for (const [key, pattern] of ours) {
    const found = pattern.exec(name)
    if (found !== null) return { key, values: { n: found.groups?.['n'] ?? '', fans: found.groups?.['fans'] ?? '' } }
  }
  return null
}
