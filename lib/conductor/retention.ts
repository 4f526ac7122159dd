import { Logger, parseCronItems, run, type TaskList } from 'graphile-worker'
import type { Database } from '#lib/db/client.ts'
import { purgeDeeds } from '#lib/db/budgets.ts'
import { purgeAlertHistory } from '#lib/db/deliveries.ts'
import { purgeEntries } from '#lib/db/events.ts'
import { deleteOldImageLinks } from '#lib/db/image-links.ts'
import { purgeExpired } from '#lib/db/purge.ts'
import { purgePowerTotals } from '#lib/db/power-totals.ts'
import { keepPartitions } from '#lib/db/readings.ts'
import { deleteOldScans } from '#lib/db/scans.ts'
import { sleep } from './sleep.ts'

/** Readings and totals of power are kept so long; the partitions of readings are made so far ahead that a conductor may be away for days. */
const keepDays = 30
const daysAhead = 3
/** Entries of logs are kept for so long after they were first seen. */
const eventDays = 365
/** Delivered messages and silences that are over. */
const alertDays = 7
/** Scans that are over: what was found may have gone. */
const scanDays = 7
/** What BMCs have read by links that are over. */
const linkDays = 90
/** What budgets have done; the audit keeps it for longer. */
const deedDays = 365
const retryMs = 60_000

export type Retention = { stop: () => Promise<void> }

/**
 * What is forgotten and when. It may run on any conductor and needs no lease, so it stands on graphile-worker: of several conductors one
 * runs it, and what was missed while none ran is made up for.
 */
export function startRetention(db: Database, complain: (text: string) => void): Retention {
  const stop = new AbortController()
  const tasks: TaskList = {
    async partitions() {
      await keepPartitions(db, daysAhead, keepDays)
    },
    async purge() {
      await purgeExpired(db)
      await purgeEntries(db, eventDays)
      await purgeAlertHistory(db, alertDays)
      await purgePowerTotals(db, keepDays)
      await purgeDeeds(db, deedDays)
      await deleteOldScans(db, scanDays)
      await deleteOldImageLinks(db, linkDays)
    },
  }
  const hours = 3_600_000
  const crons = parseCronItems([
    { task: 'partitions', match: '11 * * * *', options: { backfillPeriod: 24 * hours, maxAttempts: 3 }, identifier: 'partitions' },
    { task: 'purge', match: '37 3 * * *', options: { backfillPeriod: 48 * hours, maxAttempts: 3 }, identifier: 'purge' },
  ])
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') complain(`retention: ${message}`)
  })

  async function hold(): Promise<void> {
    // Not left to the worker alone: without today's partition no reading can be written at all.
    await keepPartitions(db, daysAhead, keepDays)
    const runner = await run({ connectionString: db.url, taskList: tasks, parsedCronItems: crons, concurrency: 1, maxPoolSize: 3, noHandleSignals: true, logger })
    const onStop = () => void runner.stop().catch(() => {})
    stop.signal.addEventListener('abort', onStop, { once: true })
    if (stop.signal.aborted) onStop()
    await runner.promise
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      await hold().catch((error: unknown) => {
        if (!stop.signal.aborted) complain(`retention: ${error instanceof Error ? error.message : String(error)}`)
      })
      await sleep(retryMs, stop.signal)
    }
  })()
  return {
    async stop() {
      stop.abort()
      await running
    },
  }
}
