import type { NodePlan, PlannedLine } from '#lib/api/nodes-contract.ts'

export type Verdict = PlannedLine['verdict']
/** What needs a person first. */
export const verdicts = ['bad', 'add', 'change', 'skip', 'same'] as const satisfies readonly Verdict[]

/** The lines of a verdict, or of all with those first that need a person. */
export function linesOf(plan: NodePlan, verdict: Verdict | null): PlannedLine[] {
  if (verdict !== null) return plan.lines.filter((line) => line.verdict === verdict)
  return verdicts.flatMap((each) => plan.lines.filter((line) => line.verdict === each))
}

/** How many nodes the plan would touch. */
export const countWork = ({ counts }: NodePlan): number => counts.add + counts.change

/** May it be carried out: is there something to do, and nothing that stops it? */
export const isReady = (plan: NodePlan, skipBad: boolean): boolean => countWork(plan) > 0 && (skipBad || plan.counts.bad === 0)

/** The names of the nodes that were added or whose BMC is asked anew. */
export const namesToWatch = (plan: NodePlan): string[] =>
  plan.lines
    .filter(({ verdict, fields }) => verdict === 'add' || (verdict === 'change' && fields.some((field) => ['address', 'protocol', 'ports', 'password'].includes(field))))
    .map(({ name }) => name)

/** What a file holds: JSON when it begins like it, else a table. Throws a SyntaxError for JSON that is none. */
export function toImport(text: string): { csv: string } | { nodes: unknown[] } {
  if (!/^\s*[[{]/.test(text)) return { csv: text }
  const value: unknown = JSON.parse(text)
  if (Array.isArray(value)) return { nodes: value }
  const { nodes } = value as { nodes?: unknown }
  return { nodes: Array.isArray(nodes) ? nodes : [value] }
}
