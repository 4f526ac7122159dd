import type * as z from 'zod/mini'
import type { ReceiverPatch, receiverCreate } from '#lib/api/alerts-contract.ts'
import { signedKinds, type MailSecurity, type MessageLanguage, type Receiver, type ReceiverKind } from '#lib/domain/receiver.ts'

/** A receiver as the dialog's boxes hold it. Secrets start empty: what is stored is never shown. */
export type ReceiverForm = {
  kind: ReceiverKind
  name: string
  language: MessageLanguage
  site: string
  isPlain: boolean
  url: string
  secret: string
  host: string
  port: string
  security: MailSecurity
  username: string
  password: string
  from: string
  to: string
}

export const usualPorts: Record<MailSecurity, string> = { tls: '465', starttls: '587', none: '25' }

export const emptyReceiver = (language: MessageLanguage, site: string): ReceiverForm => ({
  kind: 'json', name: '', language, site, isPlain: false, url: '', secret: '', host: '', port: usualPorts.starttls, security: 'starttls', username: '', password: '', from: '', to: '',
})

export function toReceiverForm({ kind, name, language, site, isPlain, mail }: Receiver): ReceiverForm {
  const form = { ...emptyReceiver(language, site), kind, name, isPlain }
  if (mail === null) return form
  const { host, port, security, username, from, to } = mail
  return { ...form, host, port: String(port), security, username: username ?? '', from, to: to.join('\n') }
}

const toPeople = (text: string) => text.split(/[\s,;]+/).filter((one) => one !== '')

const toMail = ({ host, port, security, username, from, to }: ReceiverForm) => ({
  host: host.trim(), port: Number(port), security, username: username.trim() === '' ? null : username.trim(), from: from.trim(), to: toPeople(to),
})

const isTls = (url: string) => URL.canParse(url) && new URL(url).protocol === 'https:'

export type ReceiverProblem = 'name' | 'url' | 'plain' | 'host' | 'port' | 'password' | 'from' | 'to'

/** What a conductor must know again because of what was changed: its secret is bound to it. */
export function needsSecret(form: ReceiverForm, before: ReceiverForm): boolean {
  if (form.isPlain !== before.isPlain) return true
  if (form.kind !== 'email') return form.secret !== ''
  return (['host', 'port', 'security', 'username'] as const).some((field) => form[field].trim() !== before[field])
}

export function problemsOfReceiver(form: ReceiverForm, before: ReceiverForm | null): ReceiverProblem[] {
  const problems: ReceiverProblem[] = []
  const isNeeded = before === null || needsSecret(form, before)
  if (form.name.trim() === '') problems.push('name')
  if (form.kind !== 'email') {
    const url = form.url.trim()
    if (url === '' ? isNeeded : !URL.canParse(url)) problems.push('url')
    else if (url !== '' && !isTls(url) && !form.isPlain) problems.push('plain')
    return problems
  }
  if (form.host.trim() === '') problems.push('host')
  if (!/^\d{1,5}$/.test(form.port)) problems.push('port')
  if (form.security === 'none' && !form.isPlain) problems.push('plain')
  if (form.username.trim() !== '' && form.password === '' && isNeeded) problems.push('password')
  if (!form.from.includes('@')) problems.push('from')
  if (toPeople(form.to).length === 0) problems.push('to')
  return problems
}

const head = ({ name, language, site, isPlain }: ReceiverForm) => ({ name: name.trim(), language, site: site.trim().replace(/\/+$/, ''), isPlain })
const secretOf = ({ kind, secret }: ReceiverForm) => (secret === '' || !signedKinds.includes(kind) ? null : secret)

export function toReceiver(form: ReceiverForm): z.input<typeof receiverCreate> {
  const { kind } = form
  if (kind === 'email') return { kind, ...head(form), mail: toMail(form), password: form.password === '' ? null : form.password }
  return { kind, ...head(form), url: form.url.trim(), secret: secretOf(form) }
}

/** Only what was changed; an address or password that was left empty stays as it is. */
export function toReceiverPatch(form: ReceiverForm, before: ReceiverForm): ReceiverPatch {
  const now = head(form)
  const was = head(before)
  const changed = Object.fromEntries(Object.entries(now).filter(([key, value]) => value !== was[key as keyof typeof was]))
  if (form.kind !== 'email') return form.url.trim() === '' ? changed : { ...changed, url: form.url.trim(), secret: secretOf(form) }
  const mail = JSON.stringify(toMail(form)) === JSON.stringify(toMail(before)) ? {} : { mail: toMail(form) }
  return { ...changed, ...mail, ...(form.password === '' ? {} : { password: form.password }) }
}
