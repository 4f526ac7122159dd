/** As `Promise.all(items.map(act))`, with at most `width` at work: a tree of hundreds of resources must not fill the BMC's queue. */
export async function mapBounded<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>, width = 4): Promise<R[]> {
  const results = Array.from<R>({ length: items.length })
  let next = 0
  async function work(): Promise<void> {
    while (next < items.length) {
      const index = next++
      results[index] = await act(items[index]!, index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work))
  return results
}
