'use client'

import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Node } from '#lib/domain/node.ts'

const none: ReadonlySet<string> = new Set()

/** Adds or takes every id. */
export function withAll(selected: ReadonlySet<string>, ids: readonly string[], on: boolean): ReadonlySet<string> {
  const next = new Set(selected)
  for (const id of ids) {
    if (on) next.add(id)
    else next.delete(id)
  }
  return next
}

/** The ids from one row to another, both included; just the second when the first is not shown any more. */
export function between(rows: readonly Pick<Node, 'id'>[], from: string | null, to: string): string[] {
  const end = rows.findIndex(({ id }) => id === to)
  const start = rows.findIndex(({ id }) => id === from)
  if (end === -1) return []
  if (start === -1) return [to]
  return rows.slice(Math.min(start, end), Math.max(start, end) + 1).map(({ id }) => id)
}

/** Which nodes are selected. A node that is removed leaves the selection; one that is filtered away stays in it. */
export function useSelection(all: readonly Node[], rows: readonly Node[]) {
  const [selected, setSelected] = useState(none)
  const last = useRef<string | null>(null)
  const shown = useRef(rows)
  useLayoutEffect(() => {
    shown.current = rows
  }, [rows])
  const nodes = useMemo(() => (selected.size === 0 ? [] : all.filter(({ id }) => selected.has(id))), [all, selected])

  /** Turns one row; with `range` it does the same to all rows since the last one turned. */
  const toggle = useCallback((id: string, range: boolean) => {
    const from = last.current
    last.current = id
    setSelected((before) => withAll(before, range ? between(shown.current, from, id) : [id], !before.has(id)))
  }, [])
  const selectAll = (on: boolean) => setSelected((before) => withAll(before, rows.map(({ id }) => id), on))
  const clear = useCallback(() => setSelected(none), [])
  return { selected, nodes, toggle, selectAll, clear }
}
