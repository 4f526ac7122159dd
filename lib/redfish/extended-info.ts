import * as z from 'zod'
import { RedfishError } from './errors.ts'

const MAX_MESSAGES = 5
const MAX_LENGTH = 300

const entry = z.object({
  MessageId: z.string().optional().catch(undefined),
  Message: z.string().optional().catch(undefined),
  MessageArgs: z.array(z.union([z.string(), z.number()])).optional().catch(undefined),
})
const entries = z.array(z.unknown()).optional().catch(undefined)
const envelope = z.object({
  error: z
    .object({ message: z.string().optional().catch(undefined), '@Message.ExtendedInfo': entries })
    .optional()
    .catch(undefined),
  '@Message.ExtendedInfo': entries,
})

export type ExtendedMessage = { id: string; text: string }

/**
 * What a BMC says about its answer (DSP0266 §8.6, `@Message.ExtendedInfo`), at most five sentences of 300 characters, control
 * characters removed; its id and arguments where it has no sentence (iLO). Also read from successful answers: AMI and H3C put an error envelope into a 200.
 */
export function readExtendedInfo(body: unknown): ExtendedMessage[] {
  const parsed = envelope.safeParse(body)
  if (!parsed.success) return []
  const error = parsed.data.error
  const listed = error?.['@Message.ExtendedInfo'] ?? parsed.data['@Message.ExtendedInfo'] ?? []
  const messages = listed.slice(0, MAX_MESSAGES).flatMap((item) => {
    const message = entry.safeParse(item)
    if (!message.success) return []
    const id = toLine(message.data.MessageId)
    const text = toLine(message.data.Message) || toLine([id, ...(message.data.MessageArgs ?? [])].join(' '))
    return text === '' ? [] : [{ id, text }]
  })
  if (messages.length === 0 && error?.message) return [{ id: '', text: toLine(error.message) }]
  return messages
}

/**
 * The failure that a 200 is when its body is an error response (DSP0266: the root is the `error` object) and no resource: what BMCs list
 * and cannot give (Intel's chassis, HPE's PCIe devices, NVIDIA's sensors while the host is off). Undefined for a resource, also for one
 * that has an `error` beside its own properties.
 */
export function toErrorInBody(address: string, path: string, body: unknown): RedfishError | undefined {
  if (typeof body !== 'object' || body === null || '@odata.id' in body || '@odata.type' in body) return undefined
  const { error } = body as { error?: unknown }
  if (error === undefined || error === null) return undefined
  const messages = readExtendedInfo(body)
  const isMissing = messages.some(({ id }) => /\.(?:ResourceMissingAtURI|ResourceNotFound)$/.test(id))
  const said = messages.map(({ text }) => text)
  const text = `GET ${path}: an error in place of the resource${said.length === 0 ? '' : `: ${said.join(' ')}`}`
  return new RedfishError(isMissing ? 'not-found' : 'garbled', address, text, { status: 200, messages: said })
}

function toLine(text: string | undefined): string {
  return (text ?? '').replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim().slice(0, MAX_LENGTH)
}
