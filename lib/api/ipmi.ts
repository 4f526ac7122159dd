import type { IpmiAsk, IpmiRequestAnswer } from './contract.ts'
import { door } from './doors.ts'
import { ask } from './fetcher.ts'
import { paths } from './paths.ts'
import { untilDone } from './until-done.ts'

/** Sends one IPMI command to a node's BMC by its bytes, once, and waits for what came of it. It is never repeated, whatever goes wrong on the way. */
export async function sendIpmi(node: string, body: IpmiAsk): Promise<IpmiRequestAnswer> {
  const request = await ask(door('ipmiRequestAnswer'), paths.ipmi(node), { method: 'POST', body })
  return untilDone(request, () => ask(door('ipmiRequestAnswer'), paths.ipmiAnswer(node, request.id)))
}
