'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { turnOperation } from '#lib/api/commands.ts'
import { keys } from '#lib/api/queries.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { toast } from '../ui/toast.tsx'

/** Holds an operation, lets it go on, or begins nothing more of it; what shows it is read again. */
export function useTurn(id: string) {
  const client = useQueryClient()
  const words = useErrorWords()
  return useMutation({
    mutationFn: (turn: 'abort' | 'hold' | 'continue') => turnOperation(id, turn),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.operation(id) })
      void client.invalidateQueries({ queryKey: keys.operations })
    },
    onError: (error) => toast({ title: words(error), level: 'warning' }),
  })
}
