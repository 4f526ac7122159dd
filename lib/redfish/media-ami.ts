import * as z from 'zod'
import { isRedfishError } from './errors.ts'
import { flag, link, nested, parseLoose } from './loose.ts'
import type { MediaCall } from './media-route.ts'
import type { MediaSwitch } from './read-media.ts'
import type { RedfishSession } from './session.ts'

const manager = z.object({ NetworkProtocol: link })
const protocol = z.object({ VirtualMedia: nested({ ProtocolEnabled: flag }) })

/**
 * What switches on the remote media of a MegaRAC, in order: the service, where it is off, then the slots. The answer of EnableRMedia looks
 * like an error of severity OK; it takes some five seconds. Grade C of `vendors.md` §2.6, and Gigabyte's ActionInfo for the values.
 */
export async function planSwitch(session: RedfishSession, { manager: path, enable }: MediaSwitch): Promise<MediaCall[]> {
  const { NetworkProtocol } = parseLoose(manager, await readOrNothing(session, path))
  const { VirtualMedia } = parseLoose(protocol, NetworkProtocol && (await readOrNothing(session, NetworkProtocol)))
  const service: MediaCall[] = NetworkProtocol !== undefined && VirtualMedia?.ProtocolEnabled === false ? [{ method: 'PATCH', path: NetworkProtocol, body: { VirtualMedia: { ProtocolEnabled: true } } }] : []
  return [...service, { method: 'POST', path: enable, body: { RMediaState: 'Enable' } }]
}

/** Where the collection stays empty all the same: how many discs there are to be. */
export const planInstances = ({ configure }: MediaSwitch): MediaCall[] => (configure === undefined ? [] : [{ method: 'POST', path: configure, body: { CDInstance: 1 } }])

async function readOrNothing(session: RedfishSession, path: string): Promise<unknown> {
  try {
    return await session.get(path)
  } catch (error) {
    if (isRedfishError(error, 'not-found', 'http', 'bad-json', 'forbidden')) return undefined
    throw error
  }
}
