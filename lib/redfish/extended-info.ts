import * as z from 'zod'

const MAX_MESSAGES = 5
const MAX_LENGTH = 300

const entry = z.object({
  MessageId: z.string().optional().catch(undefined),
  Message: z.string().optional().catch(undefined),
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
 * characters removed. Also read from successful answers: AMI and H3C put an error envelope into a 200.
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
    const text = toLine(message.data.Message) || id
    return text === '' ? [] : [{ id, text }]
  })
  if (messages.length === 0 && error?.message) return [{ id: '', text: toLine(error.message) }]
  return messages
}

function toLine(text: string | undefined): string {
  return (text ?? '').replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim().slice(0, MAX_LENGTH)
}
