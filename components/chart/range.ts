/** How many hours a history reaches back. */
export const ranges = [1, 6, 24, 168] as const
export type Range = (typeof ranges)[number]

/** The range that an address names; six hours when it names none. */
export const toRange = (text: string | null): Range => ranges.find((range) => String(range) === text) ?? 6

/** Keeps the range in the address. */
export const putRange = (range: Range) => window.history.replaceState(null, '', range === 6 ? window.location.pathname : `?hours=${range}`)
