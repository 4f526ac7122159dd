import { queryOptions } from '@tanstack/react-query'
import type { BmcSetting } from '#lib/domain/bmc-setup.ts'
import type { SetupRequestAnswer } from './contract.ts'
import { door } from './doors.ts'
import { ask, type ApiError } from './fetcher.ts'
import { paths } from './paths.ts'
import { untilDone } from './until-done.ts'

const readAnswer = (node: string, request: SetupRequestAnswer, signal?: AbortSignal): Promise<SetupRequestAnswer> =>
  untilDone(request, () => ask(door('setupRequestAnswer'), paths.setupAnswer(node, request.id), { signal }))

/** How a node's BMC itself is set up. Read when somebody asks for it, and not again until they do. */
export const setupQuery = (node: string) =>
  queryOptions<SetupRequestAnswer, ApiError>({
    queryKey: ['setup', node],
    queryFn: async ({ signal }) => readAnswer(node, await ask(door('setupRequestAnswer'), paths.setup(node), { method: 'POST', signal }), signal),
    staleTime: Infinity,
    refetchOnReconnect: false,
    retry: false,
  })

/** Sets one thing, once, and waits for what is read back. */
export const changeSetup = async (node: string, body: BmcSetting): Promise<SetupRequestAnswer> =>
  readAnswer(node, await ask(door('setupRequestAnswer'), paths.setup(node), { method: 'PATCH', body }))
