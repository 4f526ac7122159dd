'use client'

import { useMemo, useState } from 'react'
import { byName } from '#lib/domain/natural-order.ts'
import { toPlan, type Deed, type Plan, type Target } from './plan.ts'

export type Frozen = {
  /** What is there now of the nodes that were chosen; nobody takes part who did not when they were. */
  plan: Plan
  /** Names, as they were then, of nodes that are no longer there. */
  gone: string[]
  /** Names of nodes that took part then and do not now. */
  left: string[]
  /** Takes the nodes as they are now as what was chosen. */
  lookAgain: () => void
}

const idsOf = (plan: Plan) => new Set(plan.taking.map(({ id }) => id))

/**
 * The nodes of a dialog as they were chosen when it opened: what somebody reads and confirms can lose nodes while they read, and is told
 * so, and gains none. `live` may change at any time, and what is asked too: another deed has other nodes from the start.
 */
export function useFrozen(live: readonly Target[], deed: Deed, nowMs: number): Frozen {
  const [chosen, setChosen] = useState(() => ({ targets: [...live].sort((a, b) => byName(a.name, b.name)), atMs: nowMs }))
  const { action, start, later, again } = deed
  const taking = useMemo(() => idsOf(toPlan(chosen.targets, { action, start, later, again }, chosen.atMs)), [chosen, action, start, later, again])
  const { present, ...told } = useMemo(() => {
    const { targets } = chosen
    const byId = new Map(live.map((target) => [target.id, target]))
    const present = targets.flatMap(({ id }) => byId.get(id) ?? [])
    const plan = toPlan(present, { action, start, later, again }, nowMs, taking)
    const now = idsOf(plan)
    return {
      plan,
      gone: targets.filter(({ id }) => !byId.has(id)).map(({ name }) => name),
      left: present.filter(({ id }) => taking.has(id) && !now.has(id)).map(({ name }) => name),
      present,
    }
  }, [chosen, taking, live, action, start, later, again, nowMs])
  return { ...told, lookAgain: () => setChosen({ targets: present, atMs: nowMs }) }
}
