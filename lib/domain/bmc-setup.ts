import * as z from 'zod/mini'

/** What the host does when the mains comes back (IPMI 2.0 §28.8). */
export const restorePolicy = z.enum(['always-off', 'previous', 'always-on'])
export type RestorePolicy = z.infer<typeof restorePolicy>

/** Speeds of a serial console in bits a second (IPMI 2.0 table 26-5, parameter 5). */
export const bitRates = [9600, 19200, 38400, 57600, 115200] as const

const limit = z.nullable(z.enum(['callback', 'user', 'operator', 'administrator', 'oem', 'no-access']))

/** How a BMC is set up, by IPMI; null for what it does not tell. */
export const bmcSetup = z.object({
  restore: z.nullable(z.object({ policy: z.nullable(restorePolicy), policies: z.array(restorePolicy) })),
  sol: z.nullable(z.object({ isEnabled: z.boolean(), bitRate: z.nullable(z.number()), privilege: limit, isEncrypted: z.nullable(z.boolean()), port: z.nullable(z.number()) })),
  /** The BMC's clock at the moment of the answer. */
  clock: z.nullable(z.iso.datetime()),
  lan: z.nullable(
    z.object({
      channel: z.nullable(z.number()),
      mode: z.nullable(z.enum(['disabled', 'pre-boot', 'always', 'shared'])),
      limit,
      address: z.nullable(z.string()),
      source: z.nullable(z.enum(['static', 'dhcp', 'bios', 'other'])),
      mask: z.nullable(z.string()),
      gateway: z.nullable(z.string()),
      mac: z.nullable(z.string()),
      vlan: z.nullable(z.number()),
      /** Cipher suites that may be used, up to which level. */
      suites: z.array(z.object({ id: z.number(), limit })),
    }),
  ),
  users: z.nullable(z.array(z.object({ id: z.number(), name: z.string(), isEnabled: z.nullable(z.boolean()), limit, mayUseIpmi: z.boolean() }))),
  watchdog: z.nullable(
    z.object({
      isRunning: z.boolean(),
      use: z.nullable(z.enum(['bios-frb2', 'bios-post', 'os-load', 'sms-os', 'oem'])),
      action: z.nullable(z.enum(['none', 'hard-reset', 'power-down', 'power-cycle'])),
      countdownSeconds: z.number(),
    }),
  ),
  /** Platform event filtering: what an event may set off. */
  filtering: z.nullable(z.object({ isEnabled: z.boolean(), actions: z.array(z.enum(['alert', 'powerDown', 'reset', 'powerCycle', 'oem', 'diagnosticInterrupt'])) })),
})
export type BmcSetup = z.infer<typeof bmcSetup>

/** One setting of a BMC. `clock`: to the time of the conductor. */
export const bmcSetting = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('restore'), policy: restorePolicy }),
  z.strictObject({ what: z.literal('sol'), isEnabled: z.boolean(), bitRate: z.optional(z.union([z.literal(9600), z.literal(19200), z.literal(38400), z.literal(57600), z.literal(115200)])) }),
  z.strictObject({ what: z.literal('clock') }),
])
export type BmcSetting = z.infer<typeof bmcSetting>

const clockToleranceMs = 5_000

/** Does what was read back say what was asked for? null where it does not tell. */
export function holds(setting: BmcSetting, { restore, sol, clock }: BmcSetup, nowMs: number): boolean | null {
  switch (setting.what) {
    case 'restore':
      return restore?.policy === undefined || restore.policy === null ? null : restore.policy === setting.policy
    case 'sol':
      if (sol === null) return null
      return sol.isEnabled === setting.isEnabled && (setting.bitRate === undefined || sol.bitRate === setting.bitRate)
    case 'clock':
      return clock === null ? null : Math.abs(Date.parse(clock) - nowMs) <= clockToleranceMs
  }
}
