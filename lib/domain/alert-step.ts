import type { Alert, AlertEvidence, AlertTiming } from './alert.ts'

/** What is seen of a subject now. `holds` null: nobody can say, so nothing changes. */
export type Sight = { subject: string; node: string | null; holds: boolean | null; evidence: AlertEvidence | null }

export type Look = {
  nowMs: number
  /** Nobody has looked for a while until now: the time between does not count. */
  isAfterGap: boolean
}

/**
 * An alert after a look, from what it was (null: none) and what is seen. Null when there is nothing to keep. It begins to fire once what is
 * watched for has held for `forMs`, with every look in between having seen it or not known better.
 */
export function stepAlert(before: Alert | null, sight: Sight, forMs: number, look: Look, timing: AlertTiming): Alert | null {
  const { nowMs } = look
  const { holds, node } = sight
  if (before === null) return holds === true && sight.evidence !== null ? settle(begin(sight, sight.evidence, nowMs), forMs, nowMs, timing) : null
  const known: Alert = { ...before, node: node ?? before.node, evidence: holds === true && sight.evidence !== null ? sight.evidence : before.evidence }
  switch (known.state) {
    case 'pending':
      if (holds === false) return forget({ ...known, state: 'over', sinceMs: nowMs }, nowMs, timing)
      if (look.isAfterGap) return { ...known, sinceMs: nowMs }
      return holds === null ? known : settle(known, forMs, nowMs, timing)
    case 'firing':
      return holds === false ? { ...known, state: 'over', sinceMs: nowMs } : known
    case 'over':
      if (holds === true) return settle({ ...known, state: 'pending', sinceMs: nowMs }, forMs, nowMs, timing)
      return forget(known, nowMs, timing)
  }
}

const begin = ({ subject, node }: Sight, evidence: AlertEvidence, nowMs: number): Alert => ({
  subject,
  node,
  state: 'pending',
  sinceMs: nowMs,
  beginsMs: [],
  told: 'nothing',
  toldMs: null,
  quiet: null,
  evidence,
})

/** Pending for long enough is firing. */
function settle(alert: Alert, forMs: number, nowMs: number, timing: AlertTiming): Alert {
  if (nowMs - alert.sinceMs < forMs) return alert
  const beginsMs = [...alert.beginsMs.filter((at) => nowMs - at < timing.flapWindowMs), nowMs].slice(-timing.flapCount)
  return { ...alert, state: 'firing', sinceMs: nowMs, beginsMs }
}

/** What has been over for a day is nothing any more; what never began to fire is nothing at once. Whoever was told «firing» is told first. */
function forget(alert: Alert, nowMs: number, timing: AlertTiming): Alert | null {
  if (alert.told === 'firing') return alert
  return alert.beginsMs.length > 0 && nowMs - alert.sinceMs < timing.keptMs ? alert : null
}

/** It has begun again and again within the hour, and was not steady since. */
export const isFlapping = ({ sinceMs, beginsMs }: Pick<Alert, 'sinceMs' | 'beginsMs'>, nowMs: number, timing: AlertTiming): boolean =>
  nowMs - sinceMs < timing.steadyMs && beginsMs.filter((at) => nowMs - at < timing.flapWindowMs).length >= timing.flapCount
