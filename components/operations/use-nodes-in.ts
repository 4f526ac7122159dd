'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { nodesQuery } from '#lib/api/queries.ts'
import type { Node } from '#lib/domain/node.ts'
import { parseSelection, toMatcher } from '#lib/domain/selection.ts'

const none: readonly Node[] = []

/** The nodes of these names, folded or with commas between, as the fleet knows them now. */
export function useNodesIn(range: string): readonly Node[] {
  const nodes = useQuery(nodesQuery()).data?.nodes
  return useMemo(() => {
    if (range === '' || nodes === undefined) return none
    // Names alone: what they match does not depend on the time.
    return nodes.filter(toMatcher(parseSelection(range, { exact: true }), 0))
  }, [range, nodes])
}
