/** ISO 8601 as it should be, with one digit for a month or day (iDRAC: `2033-1-12T00:33:00+00:00`), or a day alone. */
const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/
/** As OpenSSL writes it: `Dec 28 12:00:13 2009 GMT`. */
const OPENSSL = /^[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \d{4} GMT$/

/** A time in UTC, ISO 8601; what is no time, or has no zone, is taken for UTC or left out rather than read as ours. */
export function toUtc(given: string | undefined): string | undefined {
  const [, year, month, day, clock = '00:00:00', zone = 'Z'] = ISO.exec(given ?? '') ?? []
  const iso = year === undefined ? undefined : `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}T${clock}${zone}`
  const ms = Date.parse(iso ?? (OPENSSL.test(given ?? '') ? given! : ''))
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
