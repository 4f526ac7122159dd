import { createHmac } from 'node:crypto'
import type { WebhookKind } from '#lib/domain/receiver.ts'
import { NotDelivered, toSaid, type Outgoing } from './outlet.ts'
import { toText, toWords } from './words.ts'

export type HttpRequest = { url: string; headers: Record<string, string>; body: string }

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text)

/** Red for what is critical, amber for a warning, green for what is over, blue for a test. */
const colours = { critical: { hex: '#c62828', name: 'red' }, warning: { hex: '#b26a00', name: 'orange' }, over: { hex: '#2e7d32', name: 'green' }, test: { hex: '#1565c0', name: 'blue' } } as const
const colourOf = ({ message: { kind, rule } }: Outgoing) => colours[kind === 'over' || kind === 'test' ? kind : rule.level]

/** Of all that a receiver gets, the same in whatever language: names, figures and codes. */
const toJsonBody = ({ id, at, site, message }: Outgoing) => JSON.stringify({ version: 1, id, sentAt: at.toISOString(), site, ...message })

/** Slack's three characters (docs.slack.dev, «Formatting text»): without them nothing in a text is a mention or a link. */
const escapeSlack = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

type Shape = (outgoing: Outgoing, url: string, secret: string | null) => HttpRequest

const json = (url: string, body: unknown): HttpRequest => ({ url, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) })

/** The request that tells a receiver, by its kind. */
const shapes: Record<WebhookKind, Shape> = {
  json(outgoing, url, secret) {
    const body = toJsonBody(outgoing)
    const signature: Record<string, string> = secret === null ? {} : { 'x-baseboard-signature': `sha256=${hmac(secret, body).digest('hex')}` }
    return { url, headers: { 'idempotency-key': outgoing.id, ...signature }, body }
  },
  // An attachment, as Alertmanager sends it (notify/slack): Mattermost and Rocket.Chat take it too, and know no blocks.
  slack(outgoing, url) {
    const words = toWords(outgoing.message, outgoing.language, outgoing.site)
    const { range, lines } = words
    const text = [...(range === '' ? [] : [range]), ...lines].join('\n')
    const title = escapeSlack(words.title)
    return json(url, { attachments: [{ color: colourOf(outgoing).hex, fallback: title, title, title_link: words.link, text: escapeSlack(text), footer: 'Baseboard', ts: Math.floor(outgoing.at.getTime() / 1000), mrkdwn_in: [] }] })
  },
  // open.feishu.cn, «Use custom bots in a group»: the key of the HMAC is the time (in seconds) and the secret, the text is empty.
  feishu(outgoing, url, secret) {
    const words = toWords(outgoing.message, outgoing.language, outgoing.site)
    const plain = (content: string) => ({ tag: 'plain_text', content })
    const elements = [...(words.range === '' ? [] : [words.range]), ...words.lines].map((line) => ({ tag: 'div', text: plain(line) }))
    const button = { tag: 'action', actions: [{ tag: 'button', text: plain(words.linkWords), url: words.link, type: 'default' }] }
    const card = { config: { wide_screen_mode: true }, header: { title: plain(`Baseboard: ${words.title}`), template: colourOf(outgoing).name }, elements: [...elements, button] }
    const timestamp = String(Math.floor(outgoing.at.getTime() / 1000))
    const signed = secret === null ? {} : { timestamp, sign: hmac(`${timestamp}\n${secret}`, '').digest('base64') }
    return json(url, { ...signed, msg_type: 'interactive', card })
  },
  // open.dingtalk.com, «Custom robot access»: the time in milliseconds and the secret are the text, the secret the key; both go into the query.
  dingtalk(outgoing, url, secret) {
    const words = toWords(outgoing.message, outgoing.language, outgoing.site)
    const signed = new URL(url)
    if (secret !== null) {
      const timestamp = String(outgoing.at.getTime())
      signed.searchParams.set('timestamp', timestamp)
      signed.searchParams.set('sign', hmac(secret, `${timestamp}\n${secret}`).digest('base64'))
    }
    return json(signed.href, { msgtype: 'text', text: { content: `Baseboard: ${words.title}\n${toText(words)}` } })
  },
}

export const toRequest = (kind: WebhookKind, outgoing: Outgoing, url: string, secret: string | null): HttpRequest => shapes[kind](outgoing, url, secret)

/** The receiver finds fault with the message itself (RFC 9110 §15.5). */
const finalStatuses: ReadonlySet<number> = new Set([400, 413, 415, 422])

/** Feishu and DingTalk answer 200 to what they refuse, and say so inside. */
const codeNames: Partial<Record<WebhookKind, readonly string[]>> = { feishu: ['code', 'StatusCode'], dingtalk: ['errcode'] }

/** Throws NotDelivered unless the answer says that the message was taken. */
export function demandTaken(kind: WebhookKind, status: number, body: string, secrets: readonly (string | null)[]): void {
  const said = toSaid(body, secrets)
  if (status < 200 || status > 299) throw new NotDelivered(`HTTP ${status}${said === '' ? '' : `: ${said}`}`, finalStatuses.has(status))
  const names = codeNames[kind]
  if (names === undefined) return
  const answer = parse(body)
  const code = names.map((name) => answer[name]).find((one) => one !== undefined)
  if (code !== 0) throw new NotDelivered(code === undefined ? `an answer without a ${names[0]}: ${said}` : `${names[0]} ${String(code).slice(0, 20)}: ${said}`)
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
