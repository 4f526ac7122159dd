import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { isAway } from '#lib/api/fetcher.ts'
import { keys } from '#lib/api/queries.ts'
import { watchOperation } from './watched.ts'

/**
 * Asks for an operation once, however often the button is pressed: `send` goes with one key, so a second try after a lost answer must ask
 * for what the first asked. A «no» is final for that request; the next one may be another. While `isFixed`, nothing of it may be changed.
 */
export function useAsk<Request>(send: (request: Request) => Promise<{ id: string }>, onAsked: (id: string) => void) {
  const client = useQueryClient()
  const asked = useRef<Request | null>(null)
  const ask = useMutation({
    mutationFn: (request: Request) => send((asked.current ??= request)),
    onSuccess: ({ id }) => {
      watchOperation(id)
      void client.invalidateQueries({ queryKey: keys.operations })
      void client.invalidateQueries({ queryKey: ['audit'] })
      onAsked(id)
    },
    onError: (error) => {
      if (!isAway(error)) asked.current = null
    },
  })
  return { ask, isFixed: ask.isPending || (ask.isError && isAway(ask.error)) }
}
