'use client'

import { useQueries } from '@tanstack/react-query'
import { stepsQuery, type StepFilter } from '#lib/api/queries.ts'
import type { Step } from '#lib/domain/operation.ts'

const pageSize = 100

/** The pages that hold the rows from `start` to before `end`; the first is always among them, for it tells how many there are. Pure. */
export function toPages(start: number, end: number): number[] {
  const first = Math.floor(start / pageSize)
  const last = Math.floor(Math.max(start, end - 1) / pageSize)
  return [...new Set([0, ...Array.from({ length: last - first + 1 }, (_, n) => first + n)])]
}

export type Steps = {
  /** How many fit; null until the first answer. */
  total: number | null
  /** The step in a row; undefined while it is on its way. */
  at: (row: number) => Step | undefined
  error: Error | null
}

/**
 * The steps of an operation of which only those in sight are asked, and asked again when the stream says that something moved: ten thousand
 * cost as much as a hundred.
 */
export function useSteps(id: string, filter: StepFilter, start: number, end: number): Steps {
  const pages = toPages(start, end)
  return useQueries({
    queries: pages.map((page) => stepsQuery(id, { ...filter, offset: page * pageSize, limit: pageSize })),
    combine(answers) {
      const byPage = new Map(answers.map((answer, at) => [pages[at]!, answer.data?.steps]))
      return {
        total: answers.find(({ data }) => data !== undefined)?.data?.total ?? null,
        at: (row: number) => byPage.get(Math.floor(row / pageSize))?.[row % pageSize],
        error: answers.find(({ error, data }) => error !== null && data === undefined)?.error ?? null,
      }
    },
  })
}
