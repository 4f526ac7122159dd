import { hiddenValue, type RawAnswer, type RawChange } from '#lib/domain/raw.ts'
import { isRedfishError } from '#lib/redfish/errors.ts'
import type { Answer } from '#lib/redfish/exchange.ts'
import { readExtendedInfo } from '#lib/redfish/extended-info.ts'
import { toGuarded } from '#lib/redfish/guarded.ts'
import { hideSecrets } from '#lib/redfish/secret-keys.ts'
import type { RedfishSession } from '#lib/redfish/session.ts'
import { BmcError } from './errors.ts'
import { toBmcError } from './failure.ts'
import type { FetchedResource } from './tree-recorder.ts'
import { toOptionalText, toPlainText } from './text.ts'

/** An answer to a person, with its body as JSON text (null where there is none) in which every secret is hidden. */
export type RawReply = RawAnswer & { body: string | null }

/** What came of a change that was sent once: the BMC's answer of any status, or none. */
export type RawOutcome = { kind: 'answered'; reply: RawReply } | { kind: 'reply-lost'; text: string }

/** Whatever the BMC answers to a GET. Rejects where there is no answer. */
export async function look(session: RedfishSession, path: string): Promise<RawReply> {
  const startedAt = performance.now()
  try {
    return toReply(await session.ask(path), startedAt)
  } catch (error) {
    const reply = toRefusal(error, startedAt)
    if (reply === undefined) throw error
    return reply
  }
}

/** Whatever the BMC answers to a GET, as it came. Rejects where there is no answer that could be kept. */
export async function fetchResource(session: RedfishSession, path: string): Promise<FetchedResource> {
  const startedAt = performance.now()
  const { status, isJson, body, text = '' } = await session.at('aside').ask(path)
  const seconds = Math.round(performance.now() - startedAt) / 1_000
  return { status, json: isJson ? JSON.stringify(body) : null, text, seconds }
}

/** Sends a change, once. A BmcError says that nothing left. */
export async function change(session: RedfishSession, address: string, request: RawChange): Promise<RawOutcome> {
  const startedAt = performance.now()
  try {
    return { kind: 'answered', reply: toReply(await send(session, request), startedAt) }
  } catch (error) {
    const reply = toRefusal(error, startedAt)
    if (reply !== undefined) return { kind: 'answered', reply }
    if (error instanceof BmcError || (isRedfishError(error) && error.notSent)) throw toBmcError(error, address)
    return { kind: 'reply-lost', text: toBmcError(error, address).message }
  }
}

function send(session: RedfishSession, { method, path, body, ifMatch }: RawChange): Promise<Answer> {
  if (method === 'POST') return session.post(path, body ?? {})
  return method === 'PATCH' ? session.patch(path, body, ifMatch) : session.delete(path)
}

function toReply(answer: Answer, startedAt: number): RawReply {
  const { value, hidden } = hideSecrets(answer.body, hiddenValue)
  return {
    status: answer.status,
    etag: toOptionalText(answer.etag, 300) ?? null,
    allow: toOptionalText(answer.allow) ?? null,
    location: answer.location ?? null,
    elapsedMs: Math.round(performance.now() - startedAt),
    messages: readExtendedInfo(answer.body).map(({ text }) => toPlainText(text, 300)),
    text: answer.text === undefined ? null : toLines(answer.text),
    hidden,
    body: answer.isJson ? JSON.stringify(value) : null,
  }
}

/** The session puts answers that say no into errors; to a person they are answers. */
function toRefusal(error: unknown, startedAt: number): RawReply | undefined {
  if (!isRedfishError(error) || error.status === undefined) return undefined
  const said = error.messages.length > 0 ? [...error.messages] : [error.detail]
  const elapsedMs = Math.round(performance.now() - startedAt)
  const messages = said.map((text) => toPlainText(text, 300))
  return { status: error.status, etag: null, allow: null, location: null, elapsedMs, messages, text: null, hidden: 0, body: null }
}

const toLines = (text: string) => text.split('\n').map((line) => toPlainText(line, 1_000)).join('\n')

/** What of the BMC a change would hand over to whoever asks for it; undefined for one that is not guarded. */
export const toGuardedPart = ({ path, body }: Pick<RawChange, 'path' | 'body'>): string | undefined => toGuarded(path, body)

/** A body as the audit may keep it. */
export const toAuditBody = (body: unknown): unknown => hideSecrets(body, hiddenValue).value
