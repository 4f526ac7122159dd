import type { ReceiverCreate, ReceiverPatch } from '#lib/api/alerts-contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { signedKinds, type MailServer, type ReceiverKind, type ReceiverSecret } from '#lib/domain/receiver.ts'
import { readSetting } from '#lib/db/settings.ts'
import { receiverContext } from '#lib/vault/context.ts'
import { sealForConductor } from '#lib/vault/seal.ts'
import { invalid } from './address.ts'

/** A receiver's door as it is to be: what anybody may see of it, and its secret where a new one was given. */
export type Door = { kind: ReceiverKind; isPlain: boolean; host: string; isSigned: boolean; mail: MailServer | null; secret: ReceiverSecret | null }

/** The host of a webhook. Its address may go without TLS only where that is said, and must be one that can be asked. Throws `invalid`. */
function toHost(url: string, isPlain: boolean): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol)) throw invalid('url', 'is not an https address')
  if (parsed.protocol === 'http:' && !isPlain) throw invalid('url', 'goes without TLS: use https, or say so with isPlain')
  if (parsed.username !== '' || parsed.password !== '') throw invalid('url', 'must not hold a user or a password')
  return parsed.host
}

const demandSigned = (kind: ReceiverKind, secret: string | null) => {
  if (secret !== null && !signedKinds.includes(kind)) throw invalid('secret', `messages to ${kind} are not signed`)
}

function toMail(server: MailServer, isPlain: boolean, password: string | null): Pick<Door, 'host' | 'mail' | 'isSigned'> {
  if (server.security === 'none' && !isPlain) throw invalid('mail.security', 'goes without TLS: use tls or starttls, or say so with isPlain')
  if (server.username === null && password !== null) throw invalid('mail.username', 'is missing: there is a password')
  if (server.username !== null && password === null) throw invalid('password', `is missing: ${server.username} signs in with one`)
  return { host: server.host, mail: server, isSigned: false }
}

/** The door of a new receiver. Throws `invalid`, naming the field. */
export function toDoor(request: ReceiverCreate): Door {
  const { kind, isPlain } = request
  if (request.kind === 'email') return { kind, isPlain, ...toMail(request.mail, isPlain, request.password), secret: { password: request.password } }
  const { url, secret } = request
  demandSigned(kind, secret)
  return { kind, isPlain, host: toHost(url, isPlain), isSigned: secret !== null, mail: null, secret: { url, secret } }
}

const sameServer = (a: MailServer, b: MailServer) => a.host === b.host && a.port === b.port && a.security === b.security && a.username === b.username

/** The door of a receiver that is changed. Where its secret is bound to what changes, it is needed again. Throws `invalid` or `secret-needed` (422). */
export function toChangedDoor(before: Omit<Door, 'secret'>, patch: ReceiverPatch): Door {
  const { kind } = before
  const isPlain = patch.isPlain ?? before.isPlain
  const foreign = (kind === 'email' ? (['url', 'secret'] as const) : (['mail', 'password'] as const)).find((field) => patch[field] !== undefined)
  if (foreign !== undefined) throw invalid(foreign, `a receiver of the kind ${kind} has none`)
  if (kind !== 'email') {
    if (patch.url === undefined) {
      if (patch.secret !== undefined || isPlain !== before.isPlain) throw secretNeeded('url', 'the address is needed again with it')
      return { ...before, secret: null }
    }
    const secret = patch.secret ?? null
    demandSigned(kind, secret)
    return { kind, isPlain, host: toHost(patch.url, isPlain), isSigned: secret !== null, mail: null, secret: { url: patch.url, secret } }
  }
  const mail = patch.mail ?? before.mail!
  const isBound = isPlain === before.isPlain && sameServer(mail, before.mail!)
  if (patch.password === undefined && (isBound || mail.username === null)) {
    if (isBound) return { ...before, mail, secret: null }
    return { kind, isPlain, ...toMail(mail, isPlain, null), secret: { password: null } }
  }
  if (patch.password === undefined) throw secretNeeded('password', 'another server or user, or going without TLS, needs it again')
  return { kind, isPlain, ...toMail(mail, isPlain, patch.password), secret: { password: patch.password } }
}

const secretNeeded = (field: string, message: string) => invalid(field, message, 422, 'secret-needed')

/** Seals a secret so that only the conductor can open it, and only for this receiver as it is. Throws `no-conductor` (503). */
export async function sealReceiverSecret(id: string, { kind, isPlain, mail, secret }: Door): Promise<Uint8Array<ArrayBuffer>> {
  const vault = await readSetting('vault')
  if (vault === null) throw new BaseboardError('no-conductor', 503, 'no conductor has started yet, so a secret cannot be sealed: try again in a few seconds')
  return sealForConductor(vault.publicKey, JSON.stringify(secret), receiverContext({ id, kind, isPlain, mail }))
}
