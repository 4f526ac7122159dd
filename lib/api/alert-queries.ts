import { queryOptions } from '@tanstack/react-query'
import { alertsDoor, nodesDoor } from './doors.ts'
import { ask } from './fetcher.ts'
import { paths } from './paths.ts'
import { keys } from './queries.ts'

/** A conductor looks every ten seconds; asking as often shows what it saw within two of them. */
export const alertsQuery = () => queryOptions({ queryKey: keys.alerts, queryFn: ({ signal }) => ask(alertsDoor('alertList'), paths.alerts(), { signal }), refetchInterval: 10_000 })

export const alertRulesQuery = () => queryOptions({ queryKey: keys.alertRules, queryFn: ({ signal }) => ask(alertsDoor('alertRuleList'), paths.alertRules(), { signal }) })

/** Asked again soon while something is on its way to one of them. */
export const receiversQuery = () =>
  queryOptions({
    queryKey: keys.receivers,
    queryFn: ({ signal }) => ask(alertsDoor('receiverList'), paths.receivers(), { signal }),
    refetchInterval: (query) => (query.state.data?.receivers.some(({ isReady, waiting }) => !isReady || waiting > 0) === true ? 2_000 : 15_000),
  })

export const silencesQuery = () => queryOptions({ queryKey: keys.silences, queryFn: ({ signal }) => ask(alertsDoor('silenceList'), paths.silences(), { signal }), refetchInterval: 30_000 })

/** Which nodes a noderange means at this moment. */
export const rangeQuery = (range: string) =>
  queryOptions({ queryKey: keys.range(range), queryFn: ({ signal }) => ask(nodesDoor('nodeNames'), paths.nodeNames(range), { signal }), staleTime: 10_000, retry: false })
