type Body = Record<string, unknown>

const isLink = (value: unknown): value is { '@odata.id': string } =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 1 && typeof (value as Body)['@odata.id'] === 'string'

/** The answer to `$expand=.($levels=1)` (DSP0266 §7.3): each link outside `Links` is replaced by what it leads to, one level deep. */
export function expandOneLevel(body: unknown, read: (path: string) => unknown): unknown {
  const follow = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(follow)
    return isLink(value) ? (read(value['@odata.id']) ?? value) : value
  }
  return Object.fromEntries(Object.entries(body as Body).map(([key, value]) => [key, key === 'Links' ? value : follow(value)]))
}

/** How an expansion can be worse than none: members left out, cut short, or mere links, in turn. */
export function expandBadly(body: unknown, read: (path: string) => unknown): unknown {
  const whole = expandOneLevel(body, read) as Body
  if (!Array.isArray(whole['Members'])) return whole
  const members = (whole['Members'] as unknown[]).flatMap((member, i) => {
    if (i % 4 === 0) return [member]
    const { '@odata.id': id, '@odata.type': type, Id, Name } = member as Body
    if (i % 4 === 1) return [{ '@odata.id': id, '@odata.type': type, Id, Name }]
    return i % 4 === 2 ? [{ '@odata.id': id }] : []
  })
  return { ...whole, 'Members@odata.count': members.length, Members: members }
}
