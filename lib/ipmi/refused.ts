/**
 * Why a packet changed nothing. `garbage` is no RMCP, `garbled` begins like it; `forged` was not signed and encrypted as agreed; `unmatched`
 * is authentic, but nothing waited for it: late or repeated.
 */
export const refusalReasons = ['garbage', 'garbled', 'wrong-address', 'wrong-session', 'forged', 'replayed', 'unmatched'] as const
export type RefusalReason = (typeof refusalReasons)[number]

const counts = Object.fromEntries(refusalReasons.map((reason) => [reason, 0])) as Record<RefusalReason, number>

export function countRefused(reason: RefusalReason): void {
  counts[reason]++
}

/** How many packets of all BMCs were thrown away since this process began. */
export const refusedPackets = (): Readonly<Record<RefusalReason, number>> => ({ ...counts })
