import type { IpmiCommand } from '#lib/domain/raw.ts'

/** `never`: it would break the conversation that carries it. `part`: it would hand this part of the BMC over to whoever asks. */
export type IpmiGuard = { kind: 'never' | 'part'; what: string }

/** Network functions and numbers (IPMI 2.0 appendix G). */
const guards: readonly { netFn: number; cmds?: readonly number[]; guard: IpmiGuard }[] = [
  // Activate Session, Set Session Privilege Level, Close Session; Activate and Deactivate Payload, Suspend Payload Encryption.
  { netFn: 0x06, cmds: [0x3a, 0x3b, 0x3c, 0x48, 0x49, 0x55], guard: { kind: 'never', what: 'the session by which Baseboard itself speaks to it' } },
  // Set User Access, Name and Password; Set User Payload Access.
  { netFn: 0x06, cmds: [0x43, 0x45, 0x47, 0x4c], guard: { kind: 'part', what: 'its accounts' } },
  // Set Channel Access and Security Keys.
  { netFn: 0x06, cmds: [0x40, 0x56], guard: { kind: 'part', what: 'who may sign in, and its keys' } },
  // Send Message and Master Write-Read carry what else may be guarded.
  { netFn: 0x06, cmds: [0x34, 0x52], guard: { kind: 'part', what: 'what is behind it' } },
  { netFn: 0x0c, cmds: [0x01], guard: { kind: 'part', what: 'its network' } },
  { netFn: 0x08, guard: { kind: 'part', what: 'its firmware' } },
]

/** Why a command by hand is guarded; undefined when it is not. Makers' own functions cannot be known: a list like this is not whole. */
export const toIpmiGuard = ({ netFn, cmd }: Pick<IpmiCommand, 'netFn' | 'cmd'>): IpmiGuard | undefined =>
  guards.find((one) => one.netFn === netFn && (one.cmds?.includes(cmd) ?? true))?.guard
