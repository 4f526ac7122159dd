import type { AlertMessage } from '#lib/domain/alert-message.ts'
import type { MailServer, MessageLanguage, ReceiverKind } from '#lib/domain/receiver.ts'

/** A message on its way to one receiver. `id` is the same at every try. */
export type Outgoing = { id: string; at: Date; language: MessageLanguage; site: string; message: AlertMessage }

/** A receiver with what opens its door. */
export type Target =
  | { kind: Exclude<ReceiverKind, 'email'>; url: string; secret: string | null; isPlain: boolean }
  | { kind: 'email'; server: MailServer; password: string | null; isPlain: boolean }

/**
 * It was not delivered, and why, without anything secret. `isFinal`: the receiver finds fault with this message, so that sending it again
 * will not help.
 */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered'
  readonly isFinal: boolean

  constructor(message: string, isFinal = false, options?: ErrorOptions) {
    super(message, options)
    this.isFinal = isFinal
  }
}

const mostSaid = 300

/** What a stranger said, on one line, cut, and with our secrets struck out, whole and in parts: some echo the token they refuse. */
export function toSaid(text: string, secrets: readonly (string | null)[]): string {
  const parts = secrets.flatMap((secret) => (secret === null ? [] : [secret, encodeURIComponent(secret), ...secret.split(/[/?&=#]+/)]))
  const struck = [...new Set(parts)]
    .filter((part) => part.length >= 6)
    .sort((a, b) => b.length - a.length)
    .reduce((said, part) => said.replaceAll(part, '…'), text)
  return struck.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim().slice(0, mostSaid)
}
