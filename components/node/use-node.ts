'use client'

import { useQuery } from '@tanstack/react-query'
import type { NodeDetail } from '#lib/api/contract.ts'
import { nodeQuery } from '#lib/api/queries.ts'

/** The node of this page as it is now; the stream keeps it current. `first` is what the server rendered. */
export function useNode(first: NodeDetail): NodeDetail {
  const { data } = useQuery({ ...nodeQuery(first.name), initialData: first })
  return data
}
