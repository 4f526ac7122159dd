import type { HealthReason } from './health.ts'

/** A message of the catalogue's `health` namespace, and what fills it in. */
export type ReasonWords = { key: `reason.${HealthReason['code'] | 'bareWarning' | 'bareCritical'}`; values: { part: string; reading: string; limit: string; text: string } }

/** A figure as a person writes it: no more decimals than its size needs. */
export function toFigure(value: number): string {
  const size = Math.abs(value)
  return String(Number(value.toFixed(size >= 1000 ? 0 : size >= 20 ? 1 : 2)))
}

/** A reading with its unit: `38 °C`; a percent sign stands close. */
export const toReadingText = (value: number, unit: string | null | undefined) =>
  unit == null || unit === '' ? toFigure(value) : unit === '%' ? `${toFigure(value)}%` : `${toFigure(value)} ${unit}`

/** Watts up to a kilowatt, then kilowatts with two figures after the point. */
export const toPowerText = (watts: number) => (watts < 1000 ? `${Math.round(watts)} W` : `${toFigure(watts / 1000)} kW`)

/** Redfish's states of a part (DSP0268, Status.State), for which the catalogue's `health.states` has words. */
const statusStates = ['Enabled', 'Disabled', 'StandbyOffline', 'StandbySpare', 'InTest', 'Starting', 'Absent', 'UnavailableOffline', 'Deferring', 'Quiesced', 'Updating', 'Qualified', 'Degraded'] as const

/** Translates the catalogue's `health` namespace. */
export type SayHealth = (key: ReasonWords['key'] | `states.${(typeof statusStates)[number]}`, values?: ReasonWords['values']) => string

/** A part's state as a BMC tells it, in the reader's language where it is one of Redfish's; another stays as it is. */
export function sayState(text: string, say: SayHealth): string {
  const known = statusStates.find((state) => state === text)
  return known === undefined ? text : say(`states.${known}`)
}

/** A reason as a sentence in the reader's language; the part's name and what is no state of Redfish's stay the BMC's own. */
export function sayReason(reason: HealthReason, say: SayHealth): string {
  const { key, values } = toReasonWords(reason)
  return say(key, { ...values, text: sayState(values.text, say) })
}

/** Which sentence tells a reason, and its figures. */
export function toReasonWords(reason: HealthReason): ReasonWords {
  const values = {
    part: reason.part,
    reading: reason.reading === undefined ? '' : toReadingText(reason.reading, reason.unit),
    limit: reason.limit === undefined ? '' : toFigure(reason.limit),
    text: reason.text ?? '',
  }
  const bare = (reason.code === 'state' || reason.code === 'reported') && values.text === ''
  if (bare) return { key: reason.level === 'critical' ? 'reason.bareCritical' : 'reason.bareWarning', values }
  return { key: `reason.${reason.code}`, values }
}
