import type { BudgetAct, BudgetSettings } from '#lib/domain/budget.ts'
import type { PowerScope } from '#lib/domain/power-total.ts'

/** A line of the list as its boxes hold it. `force` empty: never. Fields of the other kind keep what was typed. */
export type ActForm = { key: number; do: BudgetAct['do']; nodes: string; watts: string; force: string }
export type BudgetForm = { name: string; range: string; capWatts: string; warnPercent: string; overSeconds: string; acts: readonly ActForm[] }

/** A noderange of one group or rack; of a name with signs that mean something in one, in quotes. */
const toRange = (scope: PowerScope) =>
  scope.kind === 'group' ? scope.name : scope.kind === 'rack' ? (/^[\w.-]+$/u.test(scope.name) ? `rack=${scope.name}` : `rack="${scope.name}"`) : ''

export const emptyBudget = (scope: PowerScope): BudgetForm => ({ name: scope.kind === 'group' || scope.kind === 'rack' ? scope.name : '', range: toRange(scope), capWatts: '', warnPercent: '90', overSeconds: '30', acts: [] })

export const emptyAct = (key: number): ActForm => ({ key, do: 'cap', nodes: '', watts: '', force: '' })

export const toBudgetForm = ({ name, range, capWatts, warnShare, overSeconds, acts }: BudgetSettings): BudgetForm => ({
  name,
  range,
  capWatts: String(capWatts),
  warnPercent: String(Math.round(warnShare * 100)),
  overSeconds: String(overSeconds),
  acts: acts.map((act, key) => ({ ...emptyAct(key), do: act.do, nodes: act.nodes, ...(act.do === 'cap' ? { watts: String(act.watts) } : { force: act.forceAfterSeconds === null ? '' : String(act.forceAfterSeconds) }) })),
})

const isWhole = (text: string, least: number, most: number) => /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

export type BudgetProblem = 'name' | 'range' | 'capWatts' | 'warnPercent' | 'overSeconds' | `${number} ${'nodes' | 'watts' | 'force'}`

/** What is wrong, by field; a line of the list is named by its place. */
export function problemsOfBudget({ name, range, capWatts, warnPercent, overSeconds, acts }: BudgetForm): BudgetProblem[] {
  const problems: BudgetProblem[] = []
  if (name.trim() === '') problems.push('name')
  if (range.trim() === '') problems.push('range')
  if (!isWhole(capWatts, 1, 100_000_000)) problems.push('capWatts')
  if (!isWhole(warnPercent, 50, 95)) problems.push('warnPercent')
  if (!isWhole(overSeconds, 0, 3_600)) problems.push('overSeconds')
  for (const [line, act] of acts.entries()) {
    if (act.nodes.trim() === '') problems.push(`${line} nodes`)
    if (act.do === 'cap' && !isWhole(act.watts, 1, 100_000)) problems.push(`${line} watts`)
    if (act.do === 'shutdown' && act.force.trim() !== '' && !isWhole(act.force, 30, 3_600)) problems.push(`${line} force`)
  }
  return problems
}

const toAct = ({ do: what, nodes, watts, force }: ActForm): BudgetAct =>
  what === 'cap' ? { do: 'cap', nodes: nodes.trim(), watts: Number(watts) } : { do: 'shutdown', nodes: nodes.trim(), forceAfterSeconds: force.trim() === '' ? null : Number(force) }

/** What the API is asked. */
export const toBudget = ({ name, range, capWatts, warnPercent, overSeconds, acts }: BudgetForm): BudgetSettings => ({
  name: name.trim(),
  range: range.trim(),
  capWatts: Number(capWatts),
  warnShare: Number(warnPercent) / 100,
  overSeconds: Number(overSeconds),
  acts: acts.map(toAct),
})

/** Only what is different, so that a change of the name alone disarms nothing. */
export function toChanges(before: BudgetSettings, after: BudgetSettings): Partial<BudgetSettings> {
  const names = Object.keys(after) as (keyof BudgetSettings)[]
  return Object.fromEntries(names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map((name) => [name, after[name]]))
}

/** The list with a line one place further up (-1) or down (1). */
export function moveAct(acts: readonly ActForm[], line: number, by: -1 | 1): ActForm[] {
  const moved = [...acts]
  const [act] = moved.splice(line, 1)
  if (act !== undefined) moved.splice(Math.max(0, line + by), 0, act)
  return moved
}
