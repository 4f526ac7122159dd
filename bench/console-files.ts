import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseStored } from '#lib/console/store.ts'

/** Whole lines of the host's ticker in what was recorded of one console. */
export type Tally = { readonly lines: number; readonly lost: number; readonly doubled: number }

/** All that is in the files of our own store, in order. */
export function readOurs(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.console'))
    .toSorted()
    .flatMap((name) => parseStored(readFileSync(join(folder, name)))?.entries ?? [])
    .flatMap((entry) => (Buffer.isBuffer(entry) ? [entry.toString('latin1')] : []))
    .join('')
}

/** What came before a console was there, and after it was left, is nobody's loss: lines count from the first that is there to the last. */
export function tally(text: string): Tally {
  const numbers = [...text.matchAll(/^tick (\d{7}) \.{35}\r?$/gm)].map(([, number]) => Number(number))
  const distinct = new Set(numbers)
  if (distinct.size === 0) return { lines: 0, lost: 0, doubled: 0 }
  const lines = Math.max(...distinct) - Math.min(...distinct) + 1
  return { lines, lost: lines - distinct.size, doubled: numbers.length - distinct.size }
}
