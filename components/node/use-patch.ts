'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { NodeDetail, NodePatch } from '#lib/api/contract.ts'
import { patchNode } from '#lib/api/commands.ts'
import { keys } from '#lib/api/queries.ts'
import { toast } from '../ui/toast.tsx'

/** Changes a node, puts the answer where the page reads it, and says that it is saved. */
export function usePatch(name: string, onSaved?: (node: NodeDetail) => void) {
  const t = useTranslations('node.settings')
  const client = useQueryClient()
  return useMutation({
    mutationFn: (patch: NodePatch) => patchNode(name, patch),
    onSuccess: (node) => {
      client.setQueryData(keys.node(node.name), node)
      void client.invalidateQueries({ queryKey: ['audit'] })
      toast({ title: t('saved'), level: 'ok' })
      onSaved?.(node)
    },
  })
}
