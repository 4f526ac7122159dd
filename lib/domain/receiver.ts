import * as z from 'zod/mini'

/** What a receiver is: a webhook in one of four shapes, or e-mail. */
export const receiverKind = z.enum(['json', 'slack', 'feishu', 'dingtalk', 'email'])
export type ReceiverKind = z.infer<typeof receiverKind>
export type WebhookKind = Exclude<ReceiverKind, 'email'>

/** The kinds whose messages can be signed with a secret of their own. */
export const signedKinds: readonly ReceiverKind[] = ['json', 'feishu', 'dingtalk']

export const messageLanguage = z.enum(['en', 'zh-CN'])
export type MessageLanguage = z.infer<typeof messageLanguage>

/** TLS from the first byte (usually port 465), STARTTLS or nothing (587), or none at all (a relay in the same house, 25). */
export const mailSecurity = z.enum(['tls', 'starttls', 'none'])
export type MailSecurity = z.infer<typeof mailSecurity>

const mailAddress = z.string().check(z.trim(), z.maxLength(254), z.regex(/^[^\s@<>,;"\\]+@[^\s@<>,;"\\]+$/, 'is not a mail address'))

/** How a mail server is reached, and from whom to whom. The password is not here. */
export const mailServer = z.strictObject({
  host: z.string().check(z.trim(), z.minLength(1), z.maxLength(253), z.regex(/^[A-Za-z0-9.:_-]+$/, 'is not a host')),
  port: z.int().check(z.minimum(1), z.maximum(65535)),
  security: mailSecurity,
  /** Null: it takes mail from anybody. */
  username: z.nullable(z.string().check(z.minLength(1), z.maxLength(254))),
  from: mailAddress,
  to: z.array(mailAddress).check(z.minLength(1), z.maxLength(50)),
})
export type MailServer = z.infer<typeof mailServer>

/** What opens a receiver's door: for a webhook its address is the password. */
export const receiverSecret = z.union([
  z.strictObject({ url: z.string(), secret: z.nullable(z.string()) }),
  z.strictObject({ password: z.nullable(z.string()) }),
])
export type ReceiverSecret = z.infer<typeof receiverSecret>

/** A receiver as the page shows it. `isReady`: it can be used; else its secret still waits for a conductor. */
export const receiver = z.object({
  id: z.string(),
  name: z.string(),
  kind: receiverKind,
  language: messageLanguage,
  host: z.string(),
  isPlain: z.boolean(),
  isSigned: z.boolean(),
  mail: z.nullable(mailServer),
  site: z.string(),
  isReady: z.boolean(),
  deliveredAt: z.nullable(z.iso.datetime()),
  failedAt: z.nullable(z.iso.datetime()),
  /** Why the last try that failed did, without anything secret. */
  failure: z.nullable(z.string()),
  /** While it is left alone after failures. */
  nextTryAt: z.nullable(z.iso.datetime()),
  waiting: z.int(),
})
export type Receiver = z.infer<typeof receiver>
