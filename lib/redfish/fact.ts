/** What boards hold before anybody filled them in. */
const PLACEHOLDERS = ['to be filled by o.?e.?m.?', 'default string', 'no ?dimm', 'n/?a', 'none', 'nil', 'null', 'free form asset tag', 'unknown', 'x+', '0+', '0?1234567(?:89[0-9a-z]*)?', '[-.]+']
const NOT_GIVEN = 'not ?(?:specified|available|applicable|present)'
const PLACEHOLDER = new RegExp(`^(?:${[...PLACEHOLDERS, NOT_GIVEN].join('|')})$`, 'i')

/** A name or a number that says something; undefined for a placeholder. */
export function toFact(value: string | undefined): string | undefined {
  return value === undefined || PLACEHOLDER.test(value) ? undefined : value
}
