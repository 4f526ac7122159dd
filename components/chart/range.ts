/** How many hours a history reaches back. */
export const ranges = [1, 6, 24, 168] as const
export type Range = (typeof ranges)[number]

/** The range that an address names; six hours when it names none. */
export const toRange = (text: string | null): Range => ranges.find((range) => String(range) === text) ?? 6
