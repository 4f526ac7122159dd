import { queryOptions } from '@tanstack/react-query'
import { nodesDoor } from './doors.ts'
import { ask } from './fetcher.ts'
import { paths } from './paths.ts'

export const scanKeys = { scans: ['scans'], scan: (id: string) => ['scans', id] } as const

/** A scan says every second how far it is. */
const whileRunningMs = 1_000

export const scansQuery = () =>
  queryOptions({
    queryKey: scanKeys.scans,
    queryFn: ({ signal }) => ask(nodesDoor('scanList'), paths.scans(), { signal }),
    refetchInterval: (query) => (query.state.data?.scans.some(({ state }) => state !== 'done') === true ? whileRunningMs : false),
  })

export const scanQuery = (id: string) =>
  queryOptions({
    queryKey: scanKeys.scan(id),
    queryFn: ({ signal }) => ask(nodesDoor('scanDetail'), paths.scan(id), { signal }),
    refetchInterval: (query) => (query.state.data?.state === 'done' ? false : whileRunningMs),
  })
