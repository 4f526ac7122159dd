import { queryOptions } from '@tanstack/react-query'
import type { FansAnswer, FansChange, FansForMany } from './fans-contract.ts'
import { fansDoor } from './doors.ts'
import { ask, type ApiError } from './fetcher.ts'
import { paths } from './paths.ts'

/** What only the fans page and its dialogs ask; apart, so that no other page loads it. */

export const fansKey = (node: string) => ['fans', node] as const

/** A duty that is ours may change every few seconds, and one that was asked for is there within some. */
export const fansQuery = (node: string) =>
  queryOptions<FansAnswer, ApiError>({
    queryKey: fansKey(node),
    queryFn: ({ signal }) => ask(fansDoor('fansAnswer'), paths.fans(node), { signal }),
    staleTime: 2_000,
    refetchInterval: (query) => (query.state.data?.standing?.isBegun === false ? 1_000 : 5_000),
  })

export const changeFans = (node: string, body: FansChange) => ask(fansDoor('fansAnswer'), paths.fans(node), { method: 'PATCH', body })
export const changeFansOfMany = (body: FansForMany) => ask(fansDoor('fansForManyAnswer'), paths.fansOfMany(), { method: 'POST', body })
