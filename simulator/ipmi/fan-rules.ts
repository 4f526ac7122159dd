import type { FanBank } from '../fans.ts'
import { ok, refuse, type Reply } from './served-command.ts'

/**
 * What a firmware does with one command to its fans: the bytes as its documentation writes them (`..` is any byte), and what follows. Gives
 * the bytes of the answer, or the completion code of a refusal.
 */
export type FanRule = readonly [bytes: string, act: (bank: FanBank, args: readonly number[]) => readonly number[] | Refusal | void]
export type Refusal = { completionCode: number }

/** How one firmware family takes its fans. */
export interface FanFamily {
  rules: readonly FanRule[]
  /** To a command that it knows with bytes that it does not; an unknown command is C1h as everywhere. */
  refusesWith: number
  /** What becomes of the fans when the BMC restarts. */
  afterRestart: (bank: FanBank) => void
}

export const refusal = (completionCode: number): Refusal => ({ completionCode })

/** Answers a command to the fans; undefined for one that this family does not know at all. */
export function answerFanCommand(family: FanFamily, bank: FanBank, netFn: number, cmd: number, data: Buffer): Reply | undefined {
  const sent = [netFn, cmd, ...data]
  let isKnown = false
  for (const [bytes, act] of family.rules) {
    const pattern = bytes.split(' ')
    if (Number.parseInt(pattern[0]!, 16) !== netFn || Number.parseInt(pattern[1]!, 16) !== cmd) continue
    isKnown = true
    const args = match(pattern, sent)
    if (args === undefined) continue
    const answer = act(bank, args)
    if (answer === undefined) return ok()
    return 'completionCode' in answer ? refuse(answer.completionCode) : ok(Buffer.from(answer))
  }
  return isKnown ? refuse(family.refusesWith) : undefined
}

/** The bytes at the places of the pattern, or undefined where the command is another one. */
function match(pattern: readonly string[], sent: readonly number[]): number[] | undefined {
  if (pattern.length !== sent.length) return undefined
  const args: number[] = []
  for (const [i, wanted] of pattern.entries()) {
    if (wanted === '..') args.push(sent[i]!)
    else if (Number.parseInt(wanted, 16) !== sent[i]) return undefined
  }
  return args
}
