import { netFns } from '#lib/ipmi/command.ts'
import { ok, refuse, type CommandContext, type ServedCommand } from './served-command.ts'

const parameterRevision = 0x11
const parameterNotSupported = 0x80
const ipv4 = (address: string) => Buffer.from(address.split('.').map(Number))

/** LAN configuration parameters by number (IPMI 2.0 §23.2, table 23-4), as far as people ask for them. */
const lanParameters: Record<number, (context: CommandContext) => Buffer> = {
  // Set in progress: complete.
  0: () => Buffer.of(0),
  // Authentication types supported and enabled for each of five levels: none of IPMI 1.5's.
  1: () => Buffer.of(0),
  2: () => Buffer.alloc(5),
  3: ({ address }) => ipv4(address),
  // Static address.
  4: () => Buffer.of(1),
  5: ({ machine }) => Buffer.from(machine.identity.mac.replaceAll(':', ''), 'hex'),
  6: () => ipv4('255.0.0.0'),
  12: () => ipv4('127.0.0.1'),
  13: () => Buffer.alloc(6),
  // Gratuitous ARP every two seconds; the second gateway does not exist.
  7: () => Buffer.of(64, 0, 0),
  10: () => Buffer.of(0x02),
  11: () => Buffer.of(2),
  14: () => ipv4('0.0.0.0'),
  15: () => Buffer.alloc(6),
  16: () => Buffer.from('public'.padEnd(18, '\0'), 'latin1'),
  // One destination of alerts, which is nobody: its kind (a trap without acknowledgement) and its address.
  17: () => Buffer.of(1),
  18: () => Buffer.of(1, 0, 3, 0),
  19: () => Buffer.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  20: () => Buffer.of(0, 0),
  21: () => Buffer.of(0),
  22: ({ cipherSuites }) => Buffer.of(cipherSuites().length),
  23: ({ cipherSuites }) => Buffer.from([0, ...cipherSuites(), ...Array<number>(16 - cipherSuites().length).fill(0)]),
  // Every suite up to administrator, two to a byte.
  24: () => Buffer.of(0, ...Array<number>(8).fill(0x44)),
}

export const transportCommands: readonly ServedCommand[] = [
  {
    name: 'Get LAN Configuration Parameters',
    netFn: netFns.transport,
    cmd: 0x02,
    privilege: 'operator',
    leastLength: 4,
    answer(data, context) {
      const parameter = lanParameters[data[1]!]
      if (!parameter) return refuse(parameterNotSupported)
      const revisionOnly = (data[0]! & 0x80) !== 0
      return ok(revisionOnly ? Buffer.of(parameterRevision) : Buffer.concat([Buffer.of(parameterRevision), parameter(context)]))
    },
  },
  // Nine counters (IPMI 2.0 §23.4).
  { name: 'Get IP/UDP/RMCP Statistics', netFn: netFns.transport, cmd: 0x04, privilege: 'user', leastLength: 2, answer: () => ok(Buffer.alloc(18)) },
]
