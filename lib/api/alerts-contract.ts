import * as z from 'zod/mini'
import { alertEvidence, alertState, quietReason } from '#lib/domain/alert.ts'
import { alertCondition, alertLevel, alertRule, repeatSeconds } from '#lib/domain/alert-rule.ts'
import { nodeName } from '#lib/domain/node.ts'
import { mailServer, messageLanguage, receiver } from '#lib/domain/receiver.ts'
import { silence } from '#lib/domain/silence.ts'
import { nodeRange } from './nodes-contract.ts'

/** What crosses HTTP about alerts: what fires, the rules, who is told, and what keeps them quiet. */

const title = z.string().check(z.trim(), z.minLength(1), z.maxLength(100))
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(200))
const notEmpty = z.refine((given) => Object.keys(given as object).length > 0, 'names nothing to change')

/** `node` is null where an alert is about none. `isFlapping`: it comes and goes, and counts as firing until it is steady. */
export const alertAnswer = z.object({
  rule: z.object({ id: z.string(), name: z.string(), level: alertLevel }),
  subject: z.string(),
  node: z.nullable(z.string()),
  state: alertState,
  since: z.iso.datetime(),
  isTold: z.boolean(),
  quiet: z.nullable(quietReason),
  isFlapping: z.boolean(),
  evidence: alertEvidence,
})
export type AlertAnswer = z.infer<typeof alertAnswer>
/** What fires (the worst and newest first, of very many only a part: `total` counts all), what was over in the last day, and when a conductor last looked. */
export const alertList = z.object({ firing: z.array(alertAnswer), total: z.int(), pending: z.int(), over: z.array(alertAnswer), lookedAt: z.nullable(z.iso.datetime()) })
export type AlertList = z.infer<typeof alertList>
/** How many alerts fire; `quiet` of them tell nobody. */
export const alertCount = z.object({ firing: z.int(), quiet: z.int(), level: z.nullable(alertLevel) })
export type AlertCount = z.infer<typeof alertCount>

const ruleFields = {
  name: title,
  range: nodeRange,
  condition: alertCondition,
  level: alertLevel,
  receivers: z.array(z.uuid()).check(z.maxLength(50)),
  repeatSeconds,
  tellsOver: z.boolean(),
  isOn: z.boolean(),
}
export const alertRuleCreate = z.strictObject({
  ...ruleFields,
  receivers: z._default(ruleFields.receivers, []),
  repeatSeconds: z._default(repeatSeconds, 4 * 3600),
  tellsOver: z._default(z.boolean(), true),
  isOn: z._default(z.boolean(), true),
})
export type AlertRuleCreate = z.output<typeof alertRuleCreate>
export const alertRulePatch = z.partial(z.strictObject(ruleFields)).check(notEmpty)
export type AlertRulePatch = z.output<typeof alertRulePatch>
export const alertRuleAnswer = alertRule
export const alertRuleList = z.object({ rules: z.array(alertRule) })

const url = z.string().check(z.trim(), z.minLength(1), z.maxLength(2048))
/** With which messages are signed. */
const secret = z.nullable(z.string().check(z.minLength(1), z.maxLength(256)))
const mailPassword = z.nullable(z.string().check(z.minLength(1), z.maxLength(256)))
const receiverHead = {
  name: title,
  language: messageLanguage,
  /** Where links in messages lead; the address of this request where it is left out. */
  site: z.optional(z.string().check(z.trim(), z.maxLength(255), z.regex(/^https?:\/\/[^\s/?#@]+$/, 'is not an origin such as https://baseboard.example.org'))),
  /** It may go without TLS. */
  isPlain: z._default(z.boolean(), false),
}
export const receiverCreate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['json', 'slack', 'feishu', 'dingtalk']), ...receiverHead, url, secret: z._default(secret, null) }),
  z.strictObject({ kind: z.literal('email'), ...receiverHead, mail: mailServer, password: z._default(mailPassword, null) }),
])
export type ReceiverCreate = z.output<typeof receiverCreate>
/** A webhook's address and secret, or a mail server and its password, go together: a new one of either needs both. */
export const receiverPatch = z
  .strictObject({
    name: z.optional(title),
    language: z.optional(messageLanguage),
    site: receiverHead.site,
    isPlain: z.optional(z.boolean()),
    url: z.optional(url),
    secret: z.optional(secret),
    mail: z.optional(mailServer),
    password: z.optional(mailPassword),
  })
  .check(notEmpty)
export type ReceiverPatch = z.output<typeof receiverPatch>
export const receiverAnswer = receiver
export const receiverList = z.object({ receivers: z.array(receiver) })
export const receiverTested = z.object({ id: z.string() })
export const silenceCreate = z.strictObject({ range: nodeRange, reason, until: z.iso.datetime() })
export type SilenceCreate = z.output<typeof silenceCreate>
export const silenceAnswer = silence
export const silenceList = z.object({ silences: z.array(silence) })

const which = { names: z.optional(z.array(nodeName).check(z.minLength(1), z.maxLength(10_000))), range: z.optional(nodeRange) }
const oneOfThem = z.refine((given) => {
  const { names, range } = given as { names?: unknown; range?: unknown }
  return (names === undefined) !== (range === undefined)
}, 'say which nodes, by names or by range')
export const maintenanceBegin = z.strictObject({ ...which, reason }).check(oneOfThem)
export type MaintenanceBegin = z.output<typeof maintenanceBegin>
export const maintenanceEnd = z.strictObject(which).check(oneOfThem)
export type MaintenanceEnd = z.output<typeof maintenanceEnd>
