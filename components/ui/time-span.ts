const spansMs = { hour: 3_600_000, day: 24 * 3_600_000, week: 7 * 24 * 3_600_000, month: 30 * 24 * 3_600_000 } as const
export type Span = keyof typeof spansMs
export const spans = Object.keys(spansMs) as Span[]

/** The beginning of a span that ends now, on the minute, so that an address stays the same for a while. Pure. */
export const beginOf = (span: Span, nowMs: number) => new Date(Math.floor((nowMs - spansMs[span]) / 60_000) * 60_000).toISOString()

/** An instant as a `datetime-local` box wants it, in a zone `offsetMinutes` behind UTC (Date.getTimezoneOffset). Pure. */
export const toBoxTime = (iso: string, offsetMinutes: number) => new Date(Date.parse(iso) - offsetMinutes * 60_000).toISOString().slice(0, 16)
