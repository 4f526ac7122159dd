import type { ConsoleState, ConsoleStatus } from '#lib/domain/console.ts'
import type { Line } from './connection.ts'

export type Pill = { word: ConsoleState | 'connecting' | 'away' | 'ended'; tone: 'ok' | 'warning' | 'critical' | 'plain' }

const ofSession: Record<ConsoleState, Pill['tone']> = {
  open: 'ok',
  opening: 'plain',
  closed: 'plain',
  busy: 'warning',
  lost: 'warning',
  failed: 'critical',
}

/**
 * What the state pill says: of the socket while that is not up, else of the serial session. Never of the power: a node that is on
 * can have no console, and one that is off an open one.
 */
export function toPill(line: Line, status: ConsoleStatus | null): Pill {
  if (line.state === 'ended') return { word: 'ended', tone: 'critical' }
  if (line.state === 'down') return { word: 'away', tone: 'warning' }
  if (line.state === 'connecting' || status === null) return { word: 'connecting', tone: 'plain' }
  return { word: status.state, tone: ofSession[status.state] }
}
