/** A whole number of this range as somebody typed it; null for anything else. */
export function toWhole(text: string, least: number, most: number): number | null {
  const trimmed = text.trim()
  if (!/^\d{1,6}$/.test(trimmed)) return null
  const value = Number(trimmed)
  return value >= least && value <= most ? value : null
}
