/**
 * When to send again: a smoothed round trip time as TCP has it (RFC 6298), with limits that fit BMCs, whose answers
 * take from under a millisecond to seconds depending on the command.
 */
export type RoundTrip = { readonly smoothedMs: number; readonly variationMs: number }

const firstTimeoutMs = 500
const leastTimeoutMs = 250
const greatestTimeoutMs = 2_000
/** However slow a BMC was seen to be, a lost packet must be noticed. */
const greatestPatienceMs = 10_000
/** Slow enough that nine tries, which outlast the loss of one packet in five each way, fit into six seconds. */
const growth = 1.25
/** Timers of equal length share one list in Node: few lengths keep thousands of them cheap. */
const granularityMs = 25

export function measure(previous: RoundTrip | undefined, elapsedMs: number): RoundTrip {
  if (!previous) return { smoothedMs: elapsedMs, variationMs: elapsedMs / 2 }
  return {
    smoothedMs: previous.smoothedMs + (elapsedMs - previous.smoothedMs) / 8,
    variationMs: previous.variationMs + (Math.abs(elapsedMs - previous.smoothedMs) - previous.variationMs) / 4,
  }
}

/** How long an answer of this peer may take before it counts as lost. */
export function patienceMs(roundTrip: RoundTrip | undefined): number {
  if (!roundTrip) return firstTimeoutMs
  return Math.min(greatestPatienceMs, Math.max(leastTimeoutMs, roundTrip.smoothedMs + 4 * roundTrip.variationMs))
}

/** How long to wait for the answer to try number `attempt` (0 is the first). */
export function retransmitAfterMs(roundTrip: RoundTrip | undefined, attempt: number): number {
  const base = patienceMs(roundTrip)
  const timeoutMs = Math.min(Math.max(greatestTimeoutMs, base), base * growth ** attempt)
  return Math.ceil(timeoutMs / granularityMs) * granularityMs
}

const loginGrowth = 1.15
const greatestLoginTimeoutMs = 1_000

/**
 * The same during login, where `losses` counts the unanswered tries of this kind of message. It grows slowly, since each loss
 * costs a restart, but it grows: RAKP may take a BMC far longer than the question before it.
 */
export function loginTimeoutMs(roundTrip: RoundTrip | undefined, losses: number): number {
  const base = retransmitAfterMs(roundTrip, 0)
  const timeoutMs = roundTrip ? Math.min(Math.max(base, greatestLoginTimeoutMs), base * loginGrowth ** losses) : base
  return Math.ceil(timeoutMs / granularityMs) * granularityMs
}
