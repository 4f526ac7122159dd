'use client'

import { createContext, use, type ReactNode } from 'react'

/** The words that primitives say by themselves. `{n}` stands for a figure. Given once, by the root of the page. */
export type Words = {
  /** BCP 47, for dates. */
  locale: string
  close: string
  copy: string
  copied: string
  dismiss: string
  show: string
  hide: string
  never: string
  seconds: string
  minutes: string
  hours: string
  days: string
}

const WordsContext = createContext<Words | null>(null)

export function WordsProvider({ words, children }: { words: Words; children: ReactNode }) {
  return <WordsContext value={words}>{children}</WordsContext>
}

/** The primitives' words; throws outside of a WordsProvider. */
export function useWords(): Words {
  const words = use(WordsContext)
  if (words === null) throw new Error('useWords: no WordsProvider above')
  return words
}
