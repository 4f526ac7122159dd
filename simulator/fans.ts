/** The fans of one machine as its BMC's firmware holds them, whatever the protocol: which of them it steers, and which stand where they were put. */
export interface FanBank {
  readonly count: number
  /** Puts fans (all where none are named) to a duty in percent, until somebody gives them back, or for so long. */
  take: (percent: number, fans?: readonly number[], forMs?: number) => void
  /** Gives fans back to the BMC. */
  give: (fans?: readonly number[]) => void
  /** The duty of each fan that stands still, null for one that the BMC steers. */
  held: () => readonly (number | null)[]
  /** When fans were last put somewhere. */
  takenAtMs: () => number | undefined
  isHeld: (fan?: number) => boolean
  /** The duty of a fan now, in percent, whoever set it. */
  duty: (fan: number) => number
  /** The automatic mode in the make's own word, where it has several. */
  word: string
  /** A firmware that shows its fans over Redfish and takes no change of them. */
  isClosed: boolean
  /** What the BMC gives at least where it steers, in percent. */
  least: () => number
  setLeast: (percent: number) => void
  /** Numbers that a firmware keeps beside them. */
  readonly registers: Map<string, number>
  /** Stops the fans' own curve where they are now: a manual mode before its first duty. */
  freeze: (fans?: readonly number[], forMs?: number) => void
  /** By how much the air that is missing (or too much) multiplies what the processors are above the inlet. */
  heat: (nowMs: number) => number
  /** From now on the BMC takes its fans back by itself so long after they were taken: some event that nobody hears of. */
  letGoAfter: (ms: number | undefined) => void
}

export const fanCount = 6

/** What the physics' own curve gives at usual load: a duty of this keeps the processors where they are. */
const usualPercent = 45
/** How fast a heat sink follows the air. */
const responseMs = 25_000

/** `automatic`: what the BMC would give now, in percent. Nothing ticks: what runs out is noticed when somebody looks, and dated back. */
export function createFanBank(now: () => number, automatic: () => number): FanBank {
  const duties: (number | null)[] = Array.from({ length: fanCount }, () => null)
  let untilMs = Infinity
  let takenAtMs: number | undefined
  let letGoMs: number | undefined
  let leastPercent = 0
  let heat = { from: 1, toward: 1, atMs: 0 }

  const heatAt = (nowMs: number) => heat.toward + (heat.from - heat.toward) * Math.exp(-Math.max(0, nowMs - heat.atMs) / responseMs)

  function moveHeat(atMs: number): void {
    const mean = duties.reduce<number>((sum, one) => sum + (one ?? Math.max(usualPercent, leastPercent)), 0) / fanCount
    heat = { from: heatAt(atMs), toward: Math.min(2.2, Math.max(0.75, Math.sqrt(usualPercent / Math.max(5, mean)))), atMs }
  }

  function settle(): void {
    if (now() < untilMs) return
    duties.fill(null)
    moveHeat(untilMs)
    untilMs = Infinity
  }

  const each = (fans: readonly number[] | undefined) => fans ?? duties.map((_, i) => i)

  function take(toPercent: (fan: number) => number, fans: readonly number[] | undefined, forMs: number | undefined): void {
    settle()
    const wasHeld = duties.some((one) => one !== null)
    const next = each(fans).filter((fan) => fan >= 0 && fan < fanCount).map((fan) => [fan, Math.min(100, toPercent(fan))] as const)
    for (const [fan, percent] of next) duties[fan] = percent
    if (!wasHeld) takenAtMs = now()
    if (forMs !== undefined) untilMs = now() + forMs
    else if (letGoMs !== undefined && !wasHeld) untilMs = now() + letGoMs
    moveHeat(now())
  }

  return {
    count: fanCount,
    word: '',
    isClosed: false,
    registers: new Map(),
    least: () => leastPercent,
    setLeast(percent) {
      leastPercent = percent
      moveHeat(now())
    },
    take: (percent, fans, forMs) => take(() => percent, fans, forMs),
    freeze: (fans, forMs) => take((fan) => Math.round(duties[fan] ?? automatic()), fans, forMs),
    give(fans) {
      settle()
      for (const fan of each(fans)) if (fan >= 0 && fan < fanCount) duties[fan] = null
      if (duties.every((one) => one === null)) untilMs = Infinity
      moveHeat(now())
    },
    held() {
      settle()
      return duties
    },
    takenAtMs: () => takenAtMs,
    isHeld(fan) {
      settle()
      return fan === undefined ? duties.some((one) => one !== null) : duties[fan] != null
    },
    duty(fan) {
      settle()
      return Math.round(duties[fan] ?? automatic())
    },
    heat(nowMs) {
      settle()
      return heatAt(nowMs)
    },
    letGoAfter(ms) {
      letGoMs = ms
    },
  }
}
