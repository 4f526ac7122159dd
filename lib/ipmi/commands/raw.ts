import type { Command } from '../command.ts'

/** A command that is known only as bytes: a maker's own, as a profile has it. The answer is the data after completion code 00h. */
export function toRawCommand(name: string, [netFn, cmd]: readonly [netFn: number, cmd: number], effect: Command<Buffer, Buffer>['effect']): Command<Buffer, Buffer> {
  return { name, netFn, cmd, effect, encode: (data) => data, decode: (data) => Buffer.from(data) }
}
