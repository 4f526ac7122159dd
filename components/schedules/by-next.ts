import type { Schedule } from '#lib/api/schedule-contract.ts'

/** Schedules by when they come next; those that do not come any more last, by name. */
export const byNext = (schedules: readonly Schedule[]): Schedule[] =>
  schedules.toSorted((a, b) => (a.nextAt ?? '9').localeCompare(b.nextAt ?? '9') || a.name.localeCompare(b.name))
