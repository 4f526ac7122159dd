import { auditList } from '#lib/api/contract.ts'
import { textOf, type Command } from '../command.ts'
import { exitCodes, misuse } from '../failure.ts'
import { toWhole } from '../limits.ts'
import { toTable } from '../output.ts'

const spans: Record<string, number> = { m: 60, h: 3_600, d: 86_400 }

/** `2 h` ago, or an instant. */
function toSince(text: string | undefined, nowMs: number): string | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return new Date(nowMs - Number(count) * spans[unit]! * 1_000).toISOString()
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw misuse(`--since takes 30m, 12h, 7d or a time like 2026-11-29T20:00Z, not ${text}`)
  return at.toISOString()
}

export const audit: Command = {
  summary: 'Who did what',
  usage: ['audit [--node NAME] [--actor NAME] [--action NAME] [--outcome NAME] [--since 12h] [--limit N]'],
  options: { node: { type: 'string' }, actor: { type: 'string' }, action: { type: 'string' }, outcome: { type: 'string' }, since: { type: 'string' }, limit: { type: 'string' } },
  async run({ client, output, args, values }) {
    if (args.length > 0) throw misuse('the audit is filtered by options: --node, --actor, --action, --outcome, --since')
    const of = (name: string) => textOf(values, name)
    const query = { node: of('node'), actor: of('actor'), action: of('action'), outcome: of('outcome'), from: toSince(of('since'), Date.now()), limit: toWhole('limit', values['limit']) ?? 50 }
    const { rows } = await (await client()).ask(auditList, '/api/audit', { query })
    if (output.json) for (const row of rows) output.out(JSON.stringify(row))
    else for (const line of toTable(rows.toReversed().map((row) => [String(row.seq), row.at, row.actor, row.action, row.target ?? '-', row.node ?? '-', row.outcome]))) output.out(line)
    return exitCodes.ok
  },
}
