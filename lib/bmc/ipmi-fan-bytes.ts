import { toRawCommand } from '#lib/ipmi/commands/raw.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { fillTemplate, type FanTemplate, type TemplateValues } from './fan-template.ts'

/** Asks what a template asks; it changes nothing, so that a lost answer is asked for again. */
export const askBytes = (session: Pick<IpmiSession, 'send'>, template: FanTemplate, values: TemplateValues, what: string): Promise<Buffer> =>
  session.send(toRawCommand(what, [template.netFn, template.cmd], 'read'), fillTemplate(template, values))

/** The byte that an answer is about, or a sentence that says why it is none. */
export function toByteAt(answer: Buffer, { at, expect }: { at: number; expect?: readonly number[] | undefined }): number | string {
  if (expect !== undefined && !expect.every((byte, i) => answer[i] === byte)) return 'the answer does not begin as it should'
  return answer[at] ?? `the answer has only ${answer.length} bytes`
}
