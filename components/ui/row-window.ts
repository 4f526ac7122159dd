/** Which rows of a long list exist: from `start` to before `end`. */
export type RowWindow = { start: number; end: number }

/** Rows of one height in a box that scrolls: `above` px of other things stand before the first row. */
export type Layout = { count: number; size: number; above: number }

/** Rows made beyond what is in sight, so that a small movement makes nothing; also the step in which the window moves. */
const spare = 12
const step = 4

/** The rows that must exist for a place of the scroll bar. Pure; the same object's values while nothing changes by a whole step. */
export function toWindow({ count, size, above }: Layout, scrollTop: number, height: number): RowWindow {
  const first = Math.floor((scrollTop - above) / size)
  const start = Math.max(0, Math.floor((first - spare) / step) * step)
  const end = Math.min(count, Math.ceil((first + height / size + spare) / step) * step)
  return { start: Math.min(start, count), end: Math.max(end, 0) }
}

/** Where to scroll so that a row is in sight between what covers the top and the bottom; as it is when it already is. */
export function toScrollTop({ size, above }: Layout, index: number, scrollTop: number, height: number, covered: { top: number; bottom: number }): number {
  const top = above + index * size
  if (top < scrollTop + covered.top) return top - covered.top
  const bottom = top + size + covered.bottom - height
  return bottom > scrollTop ? bottom : scrollTop
}
