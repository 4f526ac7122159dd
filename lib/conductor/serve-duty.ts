import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { openDuty, type Duty } from '#lib/db/duty.ts'
import { sleep } from './sleep.ts'

const takeEveryMs = 2_000
const retryMs = 2_000

/** `signal` fires at the end of everything. What is complained of begins with the duty's name. */
export type DutyOptions = { db: Database; name: string; complain: (text: string) => void; signal: AbortSignal }

/**
 * Does `serve` for as long as this process has the duty; of several conductors one has it at a time. Its signal fires when the duty is lost,
 * too. What it throws is complained of, unless the database is away, and then the duty is tried for again. Resolves at the end.
 */
export async function serveDuty(options: DutyOptions, serve: (duty: Duty, signal: AbortSignal) => Promise<void>): Promise<void> {
  const { name, complain, signal } = options
  while (!signal.aborted) {
    await holdOnce(options, serve).catch((error: unknown) => {
      if (!signal.aborted && !isAway(error)) complain(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    })
    await sleep(retryMs, signal)
  }
}

async function holdOnce({ db, name, signal }: DutyOptions, serve: (duty: Duty, signal: AbortSignal) => Promise<void>): Promise<void> {
  const duty = await openDuty(db.url, name)
  const held = AbortSignal.any([signal, duty.lost])
  try {
    while (!held.aborted && !(await duty.take())) await sleep(takeEveryMs, held)
    if (!held.aborted) await serve(duty, held)
  } finally {
    await duty.close()
  }
}
