import { queryOptions } from '@tanstack/react-query'
import type { RawChangeAsk, RawRequestAnswer, RecordingAnswer } from './contract.ts'
import { door } from './doors.ts'
import { ask, tell, type ApiError } from './fetcher.ts'
import { paths } from './paths.ts'
import { untilDone } from './until-done.ts'

/** What only a node's Redfish page asks; apart, so that no other page loads it. */

const readAnswer = (node: string, request: RawRequestAnswer, signal?: AbortSignal): Promise<RawRequestAnswer> =>
  untilDone(request, () => ask(door('rawRequestAnswer'), paths.redfishAnswer(node, request.id), { signal }))

/** One resource of a node's BMC as it is. An answer of any status is an answer; ApiError when Baseboard itself says no. */
export const redfishQuery = (node: string, path: string) =>
  queryOptions<RawRequestAnswer, ApiError>({
    queryKey: [...redfishKey(node), path],
    queryFn: async ({ signal }) => readAnswer(node, await ask(door('rawRequestAnswer'), paths.redfish(node), { method: 'POST', body: { path }, signal }), signal),
    // An answer is of its moment and shows its age; nobody's lines move because a query thinks it old.
    staleTime: Infinity,
    gcTime: 10 * 60_000,
    refetchOnReconnect: false,
    // The tree is compared by the time it was read; comparing it member by member would cost more than showing it.
    structuralSharing: false,
  })

/** Sends one change to a node's BMC, once, and waits for what came of it. It is never repeated, whatever goes wrong on the way. */
export const changeRedfish = async (node: string, body: RawChangeAsk): Promise<RawRequestAnswer> =>
  readAnswer(node, await ask(door('rawRequestAnswer'), paths.redfishChanges(node), { method: 'POST', body }))

/** What was read of a node before a change is old after it. */
export const redfishKey = (node: string) => ['redfish', node] as const

export const recordingKey = (node: string) => ['recording', node] as const

/** The recording of a node's tree; while one is under way it is asked for again and again. */
export const recordingQuery = (node: string) =>
  queryOptions<RecordingAnswer, ApiError>({
    queryKey: recordingKey(node),
    queryFn: ({ signal }) => ask(door('recordingAnswer'), paths.recording(node), { signal }),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.recording != null && state.data.recording.state !== 'done' ? 1_500 : false),
  })

export const startRecording = (node: string) => ask(door('recordingAnswer'), paths.recording(node), { method: 'POST' })
export const stopRecording = (node: string) => ask(door('recordingAnswer'), paths.recording(node), { method: 'PATCH', body: { state: 'stopped' } })
export const removeRecording = (node: string) => tell(paths.recording(node), { method: 'DELETE' })
