'use client'

import { useMemo, useState } from 'react'
import { findPointer, toNodes, type JsonNode } from './json-nodes.ts'
import { canOpen, findText, toAllClosed, toFirstClosed, toRevealed, toShown } from './json-view.ts'

export type DocumentView = {
  nodes: readonly JsonNode[]
  /** Indices of the nodes in sight. */
  shown: readonly number[]
  closed: ReadonlySet<number>
  /** The node that has the keyboard, as an index of `nodes`. */
  active: number
  matches: readonly number[]
  text: string
  setActive: (index: number) => void
  toggle: (index: number, open?: boolean) => void
  openAll: () => void
  closeAll: () => void
  find: (text: string) => void
  /** To the next match after the active node, or before it. */
  step: (forward: boolean) => void
}

/** What of a document is open, where the keyboard is, and what is looked for. `pointer` is shown first. */
export function useDocument(body: unknown, pointer: string | null): DocumentView {
  const nodes = useMemo(() => toNodes(body), [body])
  const [state, setState] = useState(() => {
    const at = pointer === null ? -1 : findPointer(nodes, pointer)
    const closed = toFirstClosed(nodes)
    return { closed: at < 0 ? closed : toRevealed(nodes, closed, at), active: Math.max(0, at), text: '' }
  })
  const { closed, active, text } = state
  const shown = useMemo(() => toShown(nodes, closed), [nodes, closed])
  const matches = useMemo(() => findText(nodes, text), [nodes, text])

  const reveal = (index: number | undefined, patch: { text?: string } = {}) =>
    setState((old) => ({ ...old, ...patch, ...(index === undefined ? {} : { active: index, closed: toRevealed(nodes, old.closed, index) }) }))

  const toggle = (index: number, open = closed.has(index)) => {
    if (!canOpen(nodes, index) || open !== closed.has(index)) return
    const next = new Set(closed)
    if (open) next.delete(index)
    else next.add(index)
    // What is hidden cannot keep the keyboard.
    const isInside = !open && active > index && active < nodes[index]!.end
    setState((old) => ({ ...old, closed: next, active: isInside ? index : old.active }))
  }

  return {
    nodes,
    shown,
    closed,
    active,
    matches,
    text,
    setActive: (index) => setState((old) => ({ ...old, active: index })),
    toggle,
    openAll: () => setState((old) => ({ ...old, closed: new Set() })),
    closeAll: () => setState((old) => ({ ...old, closed: toAllClosed(nodes), active: 0 })),
    find: (wanted) => reveal(wanted === '' ? undefined : findText(nodes, wanted).find((index) => index >= active) ?? findText(nodes, wanted)[0], { text: wanted }),
    step: (forward) => reveal(forward ? (matches.find((index) => index > active) ?? matches[0]) : (matches.findLast((index) => index < active) ?? matches.at(-1))),
  }
}
