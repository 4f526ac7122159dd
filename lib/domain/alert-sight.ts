import type { AlertEvidence } from './alert.ts'
import type { AlertCondition } from './alert-rule.ts'
import type { Sight } from './alert-step.ts'
import { asOf, isSweepOld } from './as-of.ts'
import type { Node } from './node.ts'

/** As many reasons as a message names. */
const mostReasons = 3

const unknown: Omit<Sight, 'subject' | 'node'> = { holds: null, evidence: null }

/** What the newest reading of a node's sensors found beyond the value of a rule; null: nothing. `isNew` since the look before. */
export type SensorNews = { isNew: boolean; evidence: AlertEvidence | null }

/** A node as the list has it, against a condition that is about nodes. */
export function seeNode(condition: AlertCondition, node: Node, nowMs: number, sensors: SensorNews | undefined, held: boolean): Sight {
  return { subject: node.id, node: node.name, ...see(condition, node, nowMs, sensors, held) }
}

function see(condition: AlertCondition, node: Node, nowMs: number, sensors: SensorNews | undefined, held: boolean): Omit<Sight, 'subject' | 'node'> {
  switch (condition.kind) {
    case 'health':
      return seeHealth(condition.level, node, nowMs)
    case 'silent':
      return seeSilence(node, nowMs)
    case 'sensor':
      if (sensors === undefined || isSweepOld(node, nowMs)) return unknown
      // The same reading again says what it said; `held` is what that was.
      if (!sensors.isNew) return { holds: held, evidence: null }
      return { holds: sensors.evidence !== null, evidence: sensors.evidence }
    case 'operation':
    case 'budget':
    case 'audit':
      return unknown
  }
}

function seeHealth(least: 'warning' | 'critical', node: Node, nowMs: number): Omit<Sight, 'subject' | 'node'> {
  const { level, reasons } = asOf(node, nowMs).health
  if (level === 'unknown') return unknown
  if (level === 'ok' || (level === 'warning' && least === 'critical')) return { holds: false, evidence: null }
  return { holds: true, evidence: { kind: 'health', level, reasons: reasons.slice(0, mostReasons) } }
}

/** A node that is asked for the first time, or whose conductor is gone, is not a silent one. */
function seeSilence(node: Node, nowMs: number): Omit<Sight, 'subject' | 'node'> {
  const { bmc, seenAt } = node
  if (bmc.state === 'probing') return unknown
  if (bmc.state === 'ok') return asOf(node, nowMs).stale ? unknown : { holds: false, evidence: null }
  return { holds: true, evidence: { kind: 'silent', failure: bmc.failure?.kind ?? null, address: bmc.failure?.address ?? bmc.address, seenAt } }
}
