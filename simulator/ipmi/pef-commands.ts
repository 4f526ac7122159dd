import { netFns } from '#lib/ipmi/command.ts'
import { guidOf } from './app-commands.ts'
import { ok, refuse, uint16, uint32, type CommandContext, type ServedCommand } from './served-command.ts'

const event = netFns.sensor
const pefVersion = 0x51
const parameterRevision = 0x11
const parameterNotSupported = 0x80

/** Platform event filtering, of which this BMC has none: no filter, no policy, no string (IPMI 2.0 table 30-6). */
const parameters: Readonly<Record<number, (context: CommandContext) => Buffer>> = {
  // Set in progress: complete; control and global actions: all off; delays of a minute.
  0: () => Buffer.of(0),
  1: () => Buffer.of(0),
  2: () => Buffer.of(0),
  3: () => Buffer.of(60),
  4: () => Buffer.of(60),
  5: () => Buffer.of(0),
  8: () => Buffer.of(0),
  10: ({ machine }) => Buffer.concat([Buffer.of(1), guidOf(machine.identity)]),
  11: () => Buffer.of(0),
}

export const pefCommands: readonly ServedCommand[] = [
  // No action, no filter.
  { name: 'Get PEF Capabilities', netFn: event, cmd: 0x10, privilege: 'user', answer: () => ok(Buffer.of(pefVersion, 0, 0)) },
  {
    name: 'Get PEF Configuration Parameters',
    netFn: event,
    cmd: 0x13,
    privilege: 'operator',
    leastLength: 3,
    answer(data, context) {
      const parameter = parameters[data[0]! & 0x7f]
      if (parameter === undefined) return refuse(parameterNotSupported)
      return ok(Buffer.concat([Buffer.of(parameterRevision), (data[0]! & 0x80) === 0 ? parameter(context) : Buffer.alloc(0)]))
    },
  },
  {
    name: 'Get Last Processed Event ID',
    netFn: event,
    cmd: 0x15,
    privilege: 'operator',
    // When the log was added to last, its last record, and none that was processed.
    answer: (_data, { machine: { log } }) => ok(Buffer.concat([uint32(Math.floor(log.lastAddedMs() / 1000)), uint16(log.records().at(-1)?.id ?? 0xffff), uint16(0xffff), uint16(0xffff)])),
  },
]
