import * as z from 'zod/mini'

/** One sentence of why: by `code` and `values` where it is ours, so that a page can say it in its language; without a code the BMC's own words. */
export const why = z.object({ code: z.optional(z.string()), values: z.optional(z.record(z.string(), z.string())), text: z.string() })
export type Why = z.infer<typeof why>

/** Why something cannot be done or is not known: in English, and sentence by sentence. Records of older versions have the English alone. */
export const told = { reason: z.optional(z.string()), why: z.optional(z.array(why)) }
const ofTold = z.object(told)
export type Told = z.infer<typeof ofTold>

const toWhy = ({ reason, why: known }: Told): Why[] => known ?? (reason === undefined ? [] : [{ text: reason }])

/** What both say, each sentence once. */
export function joinTold(...given: readonly Told[]): Told {
  const all = new Map(given.flatMap(toWhy).map((one) => [one.text, one]))
  if (all.size === 0) return {}
  const list = [...all.values()]
  return { reason: list.map(({ text }) => text).join('; '), ...(list.some(({ code }) => code !== undefined) && { why: list }) }
}
