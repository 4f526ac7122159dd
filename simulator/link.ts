import { dice } from './noise.ts'
import type { LinkFaults } from './personas.ts'

/** What the whole rack adds to each node's own faults: parameters of a benchmark or a demo. */
export interface LinkParameters {
  latencyMs: number
  /** 0…1, each way. */
  loss: number
}

/** The network and the mood of one BMC: asked before each answer. */
export interface Link {
  faults: () => LinkFaults
  setFaults: (faults: LinkFaults) => void
  /** How long to sit on the next answer. */
  delayMs: () => number
  /** Throws the dice for one packet in one direction. */
  loses: () => boolean
  /** What a loss costs where TCP repeats what was lost: a delay, never an error. */
  repeatMs: () => number
  /** The next of `count` kinds of garbage, in turn. */
  nextGarbage: (count: number) => number
}

/** Linux waits at least this long before it sends a segment again, and twice as long each time. */
const leastTcpTimeoutMs = 200
const mostTcpTimeoutMs = 6400

/** A link whose dice are seeded: a run with loss repeats exactly, given the same packets. */
export function createLink(initial: LinkFaults, parameters: LinkParameters, seed: number): Link {
  const roll = dice(seed)
  let faults = initial
  let garbageSent = 0

  function loses(): boolean {
    const loss = Math.max(faults.loss, parameters.loss)
    return loss > 0 && roll() < loss
  }

  return {
    faults: () => faults,
    setFaults(next) {
      faults = next
    },
    delayMs() {
      const [least, most] = faults.delayMs
      return parameters.latencyMs + (most > least ? least + roll() * (most - least) : least)
    },
    loses,
    repeatMs() {
      let waitedMs = 0
      for (let timeoutMs = leastTcpTimeoutMs; loses() && timeoutMs <= mostTcpTimeoutMs; timeoutMs *= 2) waitedMs += timeoutMs
      return waitedMs
    },
    nextGarbage: (count) => garbageSent++ % count,
  }
}
