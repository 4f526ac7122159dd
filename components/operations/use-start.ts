import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { toErrorWords } from '#lib/api/error-key.ts'
import { keys } from '#lib/api/queries.ts'
import { toast } from '../ui/toast.tsx'
import { watchOperation } from './watched.ts'

/** Asks for an operation that needs no dialog: a light, a reading. The drawer follows it; a refusal is a toast. */
export function useStart() {
  const errors = useTranslations('errors')
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: OperationCreate) => startOperation(request),
    onSuccess: ({ id }) => {
      watchOperation(id)
      void client.invalidateQueries({ queryKey: keys.operations })
    },
    onError: (error) => {
      const { key, values } = toErrorWords(error)
      toast({ title: errors(key, values), level: 'warning' })
    },
  })
}
