/**
 * How well a typed query fits a text: 0 for not at all, more is better. Every word of the query must be found;
 * the beginning of the text counts more than the beginning of a word, that more than anywhere. Pure.
 */
export function fit(query: string, text: string): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const hay = text.toLowerCase()
  let score = 1
  for (const word of words) {
    const at = hay.indexOf(word)
    if (at < 0) return 0
    const atStart = at === 0
    const atWord = atStart || /[\s\-._/:]/.test(hay[at - 1] ?? '')
    score += (atStart ? 8 : atWord ? 4 : 1) + (hay === word ? 16 : 0)
  }
  return score
}

/** The best of a list, best first and otherwise in its own order, at most `limit`; and how many fitted at all. */
export function best<T>(query: string, list: readonly T[], textOf: (item: T) => string, limit: number): { items: T[]; total: number } {
  const fitting = list
    .map((item) => ({ item, score: fit(query, textOf(item)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
  return { items: fitting.slice(0, limit).map(({ item }) => item), total: fitting.length }
}
