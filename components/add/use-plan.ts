'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { NodePlan } from '#lib/api/nodes-contract.ts'
import { keys } from '#lib/api/queries.ts'

type Ask = (how: { dryRun: boolean; skipBad: boolean }) => Promise<NodePlan>

/** First what would be done, then the doing. What is typed in between makes the plan void: `forget`. */
export function usePlan(ask: Ask) {
  const client = useQueryClient()
  const [skipBad, setSkipBad] = useState(false)
  const check = useMutation({ mutationFn: () => ask({ dryRun: true, skipBad: false }), onSuccess: () => setSkipBad(false) })
  const carryOut = useMutation({
    mutationFn: () => ask({ dryRun: false, skipBad }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.nodes })
      void client.invalidateQueries({ queryKey: ['audit'] })
    },
  })
  const forget = () => {
    check.reset()
    carryOut.reset()
  }
  return { check, carryOut, forget, skipBad, setSkipBad, error: carryOut.error ?? check.error }
}
