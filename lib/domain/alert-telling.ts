import type { Alert, AlertTiming } from './alert.ts'
import type { AlertRule } from './alert-rule.ts'
import { isFlapping } from './alert-step.ts'

/** Something to tell of one rule: what has begun, what still fires, what is over. */
export type Telling = { kind: 'firing' | 'repeat' | 'over'; alerts: Alert[] }

type TellingRule = Pick<AlertRule, 'receivers' | 'repeatSeconds' | 'tellsOver'>

/** What receivers should believe. A flapping alert counts as firing until it has been steady. */
const believed = (alert: Alert, nowMs: number, timing: AlertTiming): 'firing' | 'over' =>
  alert.state === 'firing' || isFlapping(alert, nowMs, timing) ? 'firing' : 'over'

/**
 * What of a rule's alerts is to be told now, and the alerts as they are once that is on its way. Receivers are told when what they believe is
 * not so; quiet alerts wait. What comes first waits for more of the same.
 */
export function toTellings(rule: TellingRule, alerts: readonly Alert[], nowMs: number, timing: AlertTiming): { tellings: Telling[]; alerts: Alert[] } {
  const isHeard = rule.receivers.length > 0
  const settled = alerts.map((alert) => (!(rule.tellsOver && isHeard) && isOver(alert, nowMs, timing) ? { ...alert, told: 'over' as const } : alert))
  if (!isHeard) return { tellings: [], alerts: settled }
  const due = settled.filter((alert) => alert.quiet === null && isNews(alert, nowMs, timing))
  const isTime = due.some((alert) => nowMs - alert.sinceMs >= timing.gatherMs) && settled.every((alert) => alert.toldMs === null || nowMs - alert.toldMs >= timing.betweenMs)
  const news = isTime ? due : []
  const again = toRepeat(rule, settled, news, nowMs, timing)
  const of = (kind: Telling['kind'], told: readonly Alert[]) => (told.length === 0 ? [] : [{ kind, alerts: [...told] }])
  const [begun, over] = [news.filter((alert) => believed(alert, nowMs, timing) === 'firing'), news.filter((alert) => believed(alert, nowMs, timing) === 'over')]
  const told = new Set<Alert>([...news, ...again])
  return {
    tellings: [...of('firing', begun), ...of('repeat', again), ...of('over', over)],
    alerts: settled.map((alert) => (told.has(alert) ? { ...alert, told: believed(alert, nowMs, timing), toldMs: nowMs } : alert)),
  }
}

/** It was told, and is over. */
const isOver = (alert: Alert, nowMs: number, timing: AlertTiming) => alert.told === 'firing' && believed(alert, nowMs, timing) === 'over'

const isNews = (alert: Alert, nowMs: number, timing: AlertTiming) =>
  isOver(alert, nowMs, timing) || (alert.told !== 'firing' && believed(alert, nowMs, timing) === 'firing')

/** When one is due again, all of the rule that still fire come with it. */
function toRepeat({ repeatSeconds }: TellingRule, alerts: readonly Alert[], news: readonly Alert[], nowMs: number, timing: AlertTiming): Alert[] {
  if (repeatSeconds === null) return []
  const going = alerts.filter((alert) => alert.quiet === null && alert.told === 'firing' && believed(alert, nowMs, timing) === 'firing' && !news.includes(alert))
  return going.some((alert) => nowMs - (alert.toldMs ?? 0) >= repeatSeconds * 1000) ? going : []
}
