/** How many watts may be asked for at all; what a BMC takes of them it says itself. */
const mostWatts = 65_535

/** A cap as it was typed; null for what is none. */
export function toWatts(typed: string): number | null {
  const watts = Number(typed.trim())
  return typed.trim() !== '' && Number.isInteger(watts) && watts >= 1 && watts <= mostWatts ? watts : null
}
