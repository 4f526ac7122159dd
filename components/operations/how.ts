import type { OperationAction, OperationKind } from '#lib/domain/operation.ts'
import type { OperationLimits, StepOrder } from '#lib/domain/operation-limits.ts'
import { keepInBrowser, readFromBrowser } from '../ui/browser-cookie.ts'

/** How an operation is to go through its nodes, as typed; an empty text is no limit. */
export type How = { atOnce: string; pauseSeconds: string; perRack: string; perGroup: string; deadlineSeconds: string; order: StepOrder }
export type HowNumber = Exclude<keyof How, 'order'>

export const allAtOnce: How = { atOnce: '', pauseSeconds: '', perRack: '', perGroup: '', deadlineSeconds: '', order: 'asked' }

/** What the contract takes (lib/domain/operation-limits.ts), said here for the boxes. */
export const howRanges: Record<HowNumber, readonly [least: number, most: number]> = {
  atOnce: [1, 10_000],
  perRack: [1, 10_000],
  perGroup: [1, 10_000],
  pauseSeconds: [0, 86_400],
  deadlineSeconds: [10, 86_400],
}
export const howNumbers = Object.keys(howRanges) as HowNumber[]

/** More nodes than these go by batches, unless somebody wants it otherwise. */
export const batchesAbove = 50

/** Kinds that take a node or its BMC away for a while. Installs are few at once already, by the setting of the site. */
const byBatches: ReadonlySet<OperationKind> = new Set(['power', 'boot', 'bmc-reset'])

/** A good way for so many nodes: few enough at once that a mistake is seen in time, and that a rack's feed is not loaded at one blow. */
export function suggestHow(kind: OperationKind, count: number, hasRacks: boolean): How {
  if (count <= batchesAbove || !byBatches.has(kind)) return allAtOnce
  const atOnce = Math.max(batchesAbove, Math.ceil(count / 20))
  return { ...allAtOnce, atOnce: String(atOnce), pauseSeconds: '5', order: hasRacks ? 'rack' : 'asked' }
}

/** The limits that were typed; null, with the boxes that are wrong, when some are. */
export function toLimits(how: How): { limits: OperationLimits | null; wrong: HowNumber[] } {
  const limits: OperationLimits = how.order === 'asked' ? {} : { order: how.order }
  const wrong: HowNumber[] = []
  for (const name of howNumbers) {
    const text = how[name].trim()
    if (text === '') continue
    const [least, most] = howRanges[name]
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) limits[name] = value
    else wrong.push(name)
  }
  // A pause is between batches, and without a limit there is one.
  if (limits.pauseSeconds !== undefined && limits.atOnce === undefined && limits.perRack === undefined && limits.perGroup === undefined) wrong.push('pauseSeconds')
  return { limits: wrong.length === 0 ? limits : null, wrong }
}

/** The same as typed. */
export const fromLimits = ({ order = 'asked', ...numbers }: OperationLimits): How => ({
  ...allAtOnce,
  ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
  order,
})

/** About how long a step takes from its command to its proof, where nothing goes wrong; a graceful one as long as its operating system likes. */
const usualSeconds: Partial<Record<OperationAction, number>> = {
  On: 5,
  ForceOff: 5,
  Boot: 10,
  ForceRestart: 10,
  PowerCycle: 20,
  GracefulShutdown: 60,
  PushPowerButton: 60,
  FullPowerCycle: 180,
  GracefulRestart: 120,
  Nmi: 5,
  ResetBmc: 120,
  InstallImage: 1_800,
}
const otherSeconds = 5

export const estimateSeconds = (action: OperationAction, batches: number, { pauseSeconds = 0 }: OperationLimits) =>
  batches * (usualSeconds[action] ?? otherSeconds) + Math.max(0, batches - 1) * pauseSeconds

const cookieOf = (count: number) => (count <= batchesAbove ? 'how-few' : 'how-many')

/** As it is kept: figures and the order, with points between. */
const toText = (how: How) => [...howNumbers.map((name) => how[name].trim()), how.order].join('.')

/** Reads it back; null for what is none. Pure. */
export function fromText(text: string): How | null {
  const parts = text.split('.')
  if (parts.length !== howNumbers.length + 1) return null
  const order = (['asked', 'rack', 'group'] as const).find((one) => one === parts.at(-1))
  const how = { ...allAtOnce, ...Object.fromEntries(howNumbers.map((name, at) => [name, parts[at]!])) }
  return order === undefined || toLimits(how).limits === null ? null : { ...how, order }
}

/** How somebody at this browser did it last with few or with many nodes; null when there is nothing, or nothing that can be read. */
export const rememberedHow = (count: number): How | null => fromText(readFromBrowser(cookieOf(count)) ?? '')

/** Keeps it for the next time; what was suggested is not kept, so that a better suggestion counts. */
export const rememberHow = (count: number, how: How, suggested: How): void =>
  keepInBrowser(cookieOf(count), toText(how) === toText(suggested) ? null : toText(how))
