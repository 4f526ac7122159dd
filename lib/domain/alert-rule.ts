import * as z from 'zod/mini'
import { sensorKind } from './sensor.ts'

/** For how long something must hold before it is told; at most a day. */
const forSeconds = z.int().check(z.minimum(0), z.maximum(86_400))

/** What a rule watches for. `name` of a sensor is compared whole and without regard to case; `*` in it stands for anything. */
export const alertCondition = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('health'), level: z.enum(['warning', 'critical']), forSeconds }),
  z.strictObject({
    kind: z.literal('sensor'),
    sensor: z.nullable(sensorKind),
    name: z.nullable(z.string().check(z.trim(), z.minLength(1), z.maxLength(100))),
    is: z.enum(['over', 'under']),
    value: z.number(),
    forSeconds,
  }),
  /** The BMC does not answer, or refuses us. */
  z.strictObject({ kind: z.literal('silent'), forSeconds }),
  /** An operation ended, and not every step of it was verified. */
  z.strictObject({ kind: z.literal('operation') }),
  /** A budget of power with a node of the range is near to its cap, or has been over it for as long as it must be to count. */
  z.strictObject({ kind: z.literal('budget'), level: z.enum(['warning', 'over']), forSeconds }),
  /** Rows of the audit wait for their signed checkpoint for too long. */
  z.strictObject({ kind: z.literal('audit'), forSeconds }),
])
export type AlertCondition = z.infer<typeof alertCondition>
export type SensorCondition = Extract<AlertCondition, { kind: 'sensor' }>

export const alertLevel = z.enum(['warning', 'critical'])
export type AlertLevel = z.infer<typeof alertLevel>

/** What is told again while it goes on: not at all, or from every five minutes to once a week. */
export const repeatSeconds = z.nullable(z.int().check(z.minimum(300), z.maximum(604_800)))

export const alertRule = z.object({
  id: z.string(),
  name: z.string(),
  isOn: z.boolean(),
  /** A noderange: `*` is every node. Only of conditions that are about nodes. */
  range: z.string(),
  condition: alertCondition,
  level: alertLevel,
  /** Ids of receivers. With none the alert is on the page alone. */
  receivers: z.array(z.string()),
  repeatSeconds,
  tellsOver: z.boolean(),
})
export type AlertRule = z.infer<typeof alertRule>

export const secondsOf = (condition: AlertCondition): number => ('forSeconds' in condition ? condition.forSeconds : 0)

/** An operation has an end and no state that lasts: it is told once. */
export const isEvent = (condition: AlertCondition): boolean => condition.kind === 'operation'

const usual = { isOn: true, range: '*', repeatSeconds: 4 * 3600, tellsOver: true } as const

/** What a site most likely wants to hear of; the page names them in the reader's language. */
export const suggestedRules = [
  { key: 'critical', ...usual, level: 'critical', condition: { kind: 'health', level: 'critical', forSeconds: 60 } },
  { key: 'silent', ...usual, level: 'warning', condition: { kind: 'silent', forSeconds: 300 } },
  { key: 'hot', ...usual, level: 'warning', condition: { kind: 'sensor', sensor: 'temperature', name: '*inlet*', is: 'over', value: 35, forSeconds: 300 } },
  { key: 'operation', ...usual, level: 'warning', condition: { kind: 'operation' } },
  { key: 'budget', ...usual, level: 'warning', condition: { kind: 'budget', level: 'warning', forSeconds: 0 } },
  { key: 'audit', ...usual, level: 'critical', condition: { kind: 'audit', forSeconds: 300 } },
] as const satisfies readonly ({ key: string } & Omit<AlertRule, 'id' | 'name' | 'receivers'>)[]
