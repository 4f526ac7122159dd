'use client'

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import { ApiError, isAway } from '#lib/api/fetcher.ts'
import { meQuery } from '#lib/api/queries.ts'
import { openStream, type StreamState } from '#lib/api/stream.ts'
import { setClockOffset } from '#components/ui/clock.tsx'

const StreamContext = createContext<StreamState>({ state: 'connecting', since: null })

/** Whether changes arrive from the server, and since when not. */
export const useStreamState = () => use(StreamContext)

/** A session that ended shows the sign-in, and then this page again. */
function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401) return
  const here = `${location.pathname}${location.search}`
  location.assign(`/sign-in?ended=1&next=${encodeURIComponent(here)}`)
}

function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => isAway(error) && failures < 3,
      },
      mutations: { retry: false, onError: leaveWhenSignedOut },
    },
  })
}

/** The query cache of all signed-in pages, and the stream that keeps it current. */
export function Live({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient)
  const [stream, setStream] = useState<StreamState>({ state: 'connecting', since: null })
  useEffect(() => {
    // Who was disabled or given another role is asked to sign in, although the page at rest asks for nothing.
    const onBroken = () => void client.fetchQuery({ ...meQuery(), staleTime: 0, retry: false }).catch(() => undefined)
    return openStream(client, { onState: setStream, onClock: setClockOffset, onBroken })
  }, [client])
  return (
    <QueryClientProvider client={client}>
      <StreamContext value={stream}>{children}</StreamContext>
    </QueryClientProvider>
  )
}
