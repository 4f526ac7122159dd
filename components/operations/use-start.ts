import { useMutation, useQueryClient } from '@tanstack/react-query'
import { startOperation } from '#lib/api/commands.ts'
import type { OperationCreate } from '#lib/api/contract.ts'
import { keys } from '#lib/api/queries.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { toast } from '../ui/toast.tsx'
import { watchOperation } from './watched.ts'

/** Asks for an operation that needs no dialog: a light, a reading. The drawer follows it; a refusal is a toast. */
export function useStart() {
  const words = useErrorWords()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: OperationCreate) => startOperation(request),
    onSuccess: ({ id }) => {
      watchOperation(id)
      void client.invalidateQueries({ queryKey: keys.operations })
    },
    onError: (error) => toast({ title: words(error), level: 'warning' }),
  })
}
