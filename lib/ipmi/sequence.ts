/** What a session remembers of the sequence numbers it has received: the highest, and which of the 32 before it. */
export type ReceiveWindow = { readonly highest: number; readonly seen: number }

export const emptyWindow: ReceiveWindow = { highest: 0, seen: 0 }

/** How far behind the highest number a packet may still arrive. */
const windowLength = 32

/**
 * The window after a packet with this number, or undefined for a replayed or too old one (IPMI 2.0 §6.12.13).
 * Call it only for packets whose integrity code is right. Any step forward is accepted: nobody without the key can
 * make one, shared-NIC BMCs skip numbers (ASRock MT-C224), and after a lossy minute the gap can be wide.
 */
export function accept(window: ReceiveWindow, sequence: number): ReceiveWindow | undefined {
  if (sequence === 0) return undefined
  if (window === emptyWindow) return { highest: sequence, seen: 0 }
  const ahead = (sequence - window.highest) | 0
  if (ahead > 0) return { highest: sequence, seen: advance(window.seen, ahead) }
  if (ahead === 0 || -ahead > windowLength) return undefined
  const bit = 1 << (-ahead - 1)
  if (window.seen & bit) return undefined
  return { highest: window.highest, seen: window.seen | bit }
}

/** Bit 0 stands for the number before the highest: the old highest becomes bit `ahead - 1`. */
function advance(seen: number, ahead: number): number {
  if (ahead > windowLength) return 0
  const oldHighest = 1 << (ahead - 1)
  return ahead === windowLength ? oldHighest : (seen << ahead) | oldHighest
}

/** The number after this one; 0 is left out, since it marks packets outside a session. */
export function nextSequence(sequence: number): number {
  return sequence >= 0xffff_ffff ? 1 : sequence + 1
}
