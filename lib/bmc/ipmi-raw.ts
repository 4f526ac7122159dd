import { toBytesText, type IpmiAnswer, type IpmiCommand } from '#lib/domain/raw.ts'
import { toRawCommand } from '#lib/ipmi/commands/raw.ts'
import { completionText } from '#lib/ipmi/completion-codes.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import type { Sender } from '#lib/ipmi/sdr/repository.ts'
import type { SendOptions } from '#lib/ipmi/session.ts'
import { toBmcError } from './failure.ts'

/** What came of a command that was sent once: the BMC's answer of any code, or none. */
export type IpmiOutcome = { kind: 'answered'; answer: IpmiAnswer } | { kind: 'reply-lost'; text: string }

/** Sends bytes that nobody here knows the meaning of: once, whatever they are. A BmcError says that nothing left. */
export async function sendBytes(session: Sender, address: string, { netFn, cmd, data }: IpmiCommand, options: SendOptions): Promise<IpmiOutcome> {
  const command = toRawCommand(`command ${toBytesText([netFn, cmd])}`, [netFn, cmd], 'control')
  const startedAt = performance.now()
  const answered = (completionCode: number, bytes: readonly number[]): IpmiOutcome => ({
    kind: 'answered',
    answer: { completionCode, meaning: completionText(completionCode) ?? null, data: toBytesText(bytes), elapsedMs: Math.round(performance.now() - startedAt) },
  })
  try {
    return answered(0, [...(await session.send(command, Buffer.from(data), options))])
  } catch (error) {
    if (!(error instanceof IpmiError)) throw toBmcError(error, address)
    if (error.completionCode !== undefined) return answered(error.completionCode, [])
    if (error.kind === 'reply-lost') return { kind: 'reply-lost', text: toBmcError(error, address).message }
    throw toBmcError(error, address)
  }
}
