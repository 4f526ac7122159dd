import { isDatabaseAway } from './away.ts'

/** Does something again and again, never twice at once. With the database away it waits; another failure is complained of, under this name. */
export function repeatedly(name: string, everyMs: number, work: () => Promise<void>, complain: (text: string) => void): { stop: () => Promise<void> } {
  let working: Promise<void> | null = null
  const timer = setInterval(() => {
    working ??= work()
      .catch((error: unknown) => {
        if (!isDatabaseAway(error)) complain(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      })
      .finally(() => (working = null))
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await working
    },
  }
}
