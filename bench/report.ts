import { loadavg } from 'node:os'

/** `name ours peer ratio goal met|short`: one line per goal, as the README says. */
export function printRatio(name: string, ours: number, peer: number, goal: number, unit = 'ms'): void {
  const ratio = ours / peer
  const show = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)}${unit}`
  console.log(`${name} ${show(ours)} ${show(peer)} ${ratio.toFixed(ratio < 0.1 ? 3 : 2)} <=${goal.toFixed(2)} ${ratio <= goal ? 'met' : 'short'}`)
}

/** The single rounds and what the machine had to do besides. */
export function printRounds(name: string, rounds: Readonly<Record<string, readonly number[]>>): void {
  const each = Object.entries(rounds).map(([who, values]) => `${who} ${values.map((value) => value.toFixed(0)).join(' ')}`)
  console.error(`${name}: ${each.join('; ')}; load ${loadavg()[0]!.toFixed(1)}`)
}

/** The end of a benchmark whose answers were not all there, or whose peer is missing. */
export function fail(error: unknown): void {
  console.error(error instanceof Error ? error.stack : error)
  process.exitCode = 1
}
