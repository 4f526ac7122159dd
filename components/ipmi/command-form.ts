import type { IpmiAsk } from '#lib/api/contract.ts'

/** A command as it is typed: hexadecimal, with or without 0x. */
export type CommandForm = { netFn: string; cmd: string; data: string }
export const emptyCommand: CommandForm = { netFn: '', cmd: '', data: '' }

/** As many as the API takes. */
const mostBytes = 200
const greatestNetFn = 0x3e

/** Bytes in hexadecimal, one or two digits each, apart by spaces or commas; null for what is none. */
function toBytes(text: string): number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '')
  return parts.every((part) => /^(0x)?[0-9a-f]{1,2}$/i.test(part)) ? parts.map((part) => Number.parseInt(part, 16)) : null
}

export type CommandProblem = { field: keyof CommandForm; code: 'netFn' | 'cmd' | 'data' }

/** The command of a form, or what is wrong with it. A network function is even: odd ones are of answers (IPMI 2.0 table 5-1). Pure. */
export function toCommand(form: CommandForm): { command: IpmiAsk } | { problems: CommandProblem[] } {
  const [netFn, ...moreNetFn] = toBytes(form.netFn) ?? []
  const [cmd, ...moreCmd] = toBytes(form.cmd) ?? []
  const data = toBytes(form.data)
  const problems: CommandProblem[] = []
  if (netFn === undefined || moreNetFn.length > 0 || netFn > greatestNetFn || netFn % 2 === 1) problems.push({ field: 'netFn', code: 'netFn' })
  if (cmd === undefined || moreCmd.length > 0) problems.push({ field: 'cmd', code: 'cmd' })
  if (data === null || data.length > mostBytes) problems.push({ field: 'data', code: 'data' })
  return netFn === undefined || cmd === undefined || data === null || problems.length > 0 ? { problems } : { command: { netFn, cmd, data } }
}
