import { toCheckpointLine, type Checkpoint, type WayState } from '#lib/domain/checkpoint.ts'
import { sleep } from './sleep.ts'
import { sendSyslog } from './syslog.ts'

/** A way by which checkpoints leave this machine. */
export type Sender = { way: 'syslog' | 'webhook'; where: string; send: (line: string, stop: AbortSignal) => Promise<void> }

const usualRetryMs = 10_000
const answerMs = 10_000
/** What waits for a receiver that is away. The newest vouch for all before them, so the oldest may go. */
const waitAtMost = 1_000

export const syslogSender = (target: URL): Sender => ({
  way: 'syslog',
  where: target.href,
  send: (line) => sendSyslog(target, line, 'audit-checkpoint'),
})

/** POSTs each checkpoint as JSON; the secret goes as `Authorization: Bearer …`. Its path may be a secret too, so only its origin is shown. */
export const webhookSender = (target: URL, secret: string | undefined): Sender => ({
  way: 'webhook',
  where: target.origin,
  async send(body, stop) {
    const headers = { 'content-type': 'application/json', ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) }
    const answer = await fetch(target, { method: 'POST', redirect: 'error', headers, body, signal: AbortSignal.any([stop, AbortSignal.timeout(answerMs)]) })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`answered ${answer.status}`)
  },
})

/** undici says «fetch failed» and puts why into the cause. */
function toReason(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}

export type Outlet = { offer: (one: Checkpoint) => void; state: () => WayState; close: () => Promise<void> }

/** Sends checkpoints one after the other, in their order, each again until it is taken. */
export function createOutlet({ way, where, send }: Sender, complain: (text: string) => void, retryMs = usualRetryMs): Outlet {
  const waiting: Checkpoint[] = []
  const stop = new AbortController()
  let state: WayState = { way, where, number: null, at: null, failure: null }
  let wake = () => {}

  async function sendNext(one: Checkpoint): Promise<void> {
    try {
      await send(toCheckpointLine(one), stop.signal)
      waiting.shift()
      state = { ...state, number: one.number, at: new Date().toISOString(), failure: null }
    } catch (error) {
      if (stop.signal.aborted) return
      const failure = toReason(error)
      if (failure !== state.failure) complain(`the checkpoints of the audit do not reach ${where}: ${failure}`)
      state = { ...state, failure }
      await sleep(retryMs, stop.signal)
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      const offered = new Promise<void>((resolve) => (wake = resolve))
      if (waiting[0] === undefined) await offered
      else await sendNext(waiting[0])
    }
  })()

  return {
    offer(one) {
      waiting.push(one)
      if (waiting.length > waitAtMost) waiting.splice(1, 1)
      wake()
    },
    state: () => state,
    async close() {
      stop.abort()
      wake()
      await running
    },
  }
}
