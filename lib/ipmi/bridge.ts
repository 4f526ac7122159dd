import { netFns } from './command.ts'
import { IpmiError } from './errors.ts'
import { bmcAddress, decodeResponse, encodeRequest, type RequestMessage, type ResponseMessage } from './message.ts'

/** Another controller, which the BMC reaches over one of its channels: 0 is its own bus (IPMB). */
export type BridgedTo = { readonly address: number; readonly channel: number }

const sendMessage = 0x34
/** The BMC remembers who asked, and gives the answer to us (IPMI 2.0 §22.7). */
const trackRequest = 0x40

/** Send Message: the request for another controller in one for the BMC. Both have the same number, by which the answer is known either way. */
export function bridge(message: RequestMessage, { address, channel }: BridgedTo): RequestMessage {
  const { netFn, cmd, lun, rqSeq, data } = message
  const inner = encodeRequest({ netFn, cmd, lun: lun ?? 0, rqSeq, data, responderAddress: address, requesterAddress: bmcAddress })
  return { netFn: netFns.app, cmd: sendMessage, rqSeq, data: Buffer.concat([Buffer.of(trackRequest | channel), inner]) }
}

/**
 * What an answer to Send Message says: `sent` when the other controller's answer comes in a message of its own (as most BMCs do it), that answer
 * where it stands within this one, the BMC's own refusal (D3h, 82h, 83h: nobody there); undefined for an answer to something else.
 */
export function unbridge(message: Required<ResponseMessage>): Required<ResponseMessage> | 'sent' | undefined {
  if (message.netFn !== netFns.app + 1 || message.cmd !== sendMessage) return undefined
  if (message.completionCode !== 0) return message
  if (message.data.length === 0) return 'sent'
  try {
    return decodeResponse(Buffer.from(message.data))
  } catch (error) {
    if (error instanceof IpmiError) return 'sent'
    throw error
  }
}

/** Codes of Send Message's own (IPMI 2.0 table 22-14). */
export const bridgeCodes: Readonly<Record<number, string>> = { 0x80: 'invalid session handle', 0x81: 'lost arbitration', 0x82: 'bus error', 0x83: 'nobody answers there' }
