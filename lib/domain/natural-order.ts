const collator = new Intl.Collator('en', { numeric: true })

/** Natural order: n2 before n10. */
export const byName = (a: string, b: string) => collator.compare(a, b)
