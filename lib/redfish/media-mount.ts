import { isRedfishError, RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { readExtendedInfo } from './extended-info.ts'
import { createLook } from './look.ts'
import { toMakeWords, toProtocols, type MediaScheme } from './media-habits.ts'
import { planInstances, planSwitch } from './media-ami.ts'
import { isDenied, orderSlots, toCandidates, type NamedSlot } from './media-order.ts'
import type { MediaCall, MediaNo, MediaOrder, MediaRoute } from './media-route.ts'
import { followCalls, isHolding, isHoldingOurs, isInTheWay, lookUntil, sendCalls, usualMediaTiming, type MediaRun, type MediaTiming, type SentCalls } from './media-send.ts'
import { toNames, toOthers, toSentence, toWhy, type MediaWhy } from './media-words.ts'
import type { RedfishModel } from './model.ts'
import { toReasonText, type Reason } from './reason.ts'
import { readMedia, type MediaReading } from './read-media.ts'

/** What came of it. The text is a sentence without the address. */
export type MediaOutcome =
  | { kind: 'accepted'; slot: string; text: string }
  | { kind: 'rejected'; text: string; why: MediaWhy; takes: MediaScheme[] }
  | { kind: 'lost'; text: string }

export type MediaOptions = { signal?: AbortSignal | undefined; timing?: MediaTiming }

/** Of one form and its successors, sushy tries four; a task that fails at random comes on top. */
const MAX_TRIES = 6

/** What a MegaRAC needs after EnableRMedia, and then some. */
const SWITCHED_MS = 6_000

/** The slots as they are now, those first that an image would go into. */
export async function readNamedSlots(model: RedfishModel): Promise<MediaReading & { named: NamedSlot[] }> {
  const look = createLook(model.session.at('urgent'))
  const tree = await model.tree()
  const reading = await readMedia(look, tree)
  const owners = [tree.system, ...tree.managers].filter((path) => path !== undefined)
  const bodies = await Promise.all(owners.map(async (path) => (await look.at(path)).body))
  return { ...reading, named: orderSlots(reading.slots, toMakeWords(model, bodies)) }
}

/**
 * Mounts an image. A BMC holds it at most once: another form, a repetition or another slot is tried only after an answer that says no and a look
 * that finds the slot empty. After silence nothing is sent again. Throws a RedfishError with `notSent` where nothing was changed.
 */
export async function insertMedia(model: RedfishModel, order: MediaOrder, { signal, timing = usualMediaTiming }: MediaOptions = {}): Promise<MediaOutcome> {
  const run: MediaRun = { session: model.session, timing, signal, hasSent: false }
  const candidates = await findCandidates(run, model, order)
  if (!Array.isArray(candidates)) return candidates
  let first: MediaOutcome | undefined
  for (const candidate of candidates) {
    const tried = await orRejected(run, () => mountIn(run, candidate, order))
    if (!('next' in tried)) return tried
    // What the likeliest slot says is the reason.
    first ??= tried.next
  }
  return first!
}

/** Empties a slot. Throws a RedfishError with `notSent` where nothing was changed. */
export async function ejectMedia(model: RedfishModel, slot: string | undefined, { signal, timing = usualMediaTiming }: MediaOptions = {}): Promise<MediaOutcome> {
  const run: MediaRun = { session: model.session, timing, signal, hasSent: false }
  const { named, reason } = await readNamedSlots(model)
  const [found] = toCandidates(named, slot)
  if (found?.route === undefined) throw notSent(run, toLack(slot, named, reason))
  if (!isInTheWay(found.slot)) return { kind: 'accepted', slot: found.name, text: `the drive ${found.name} is empty` }
  const failure = await empty(run, found)
  return failure ?? { kind: 'accepted', slot: found.name, text: `the drive ${found.name} is empty, as read back` }
}

/** What surely never left is no error any more when something else has: an eject before it. */
async function orRejected<T>(run: MediaRun, work: () => Promise<T>): Promise<T | MediaOutcome> {
  try {
    return await work()
  } catch (error) {
    if (!isRedfishError(error) || !error.notSent || !run.hasSent) throw error
    return { kind: 'rejected', text: `the image was not mounted, and what was in the drive is out: ${error.detail}`, why: 'other', takes: [] }
  }
}

const notSent = ({ session }: MediaRun, text: string) => new RedfishError('unsupported', session.address, text, { notSent: true })

const NO_WAY = 'this BMC offers no way to put an image into its virtual drives'

function toLack(slot: string | undefined, named: readonly NamedSlot[], reason: Reason | undefined): string {
  if (slot !== undefined) return `this BMC has no virtual drive ${slot}${named.length === 0 ? '' : `, only ${named.map(({ name }) => name).join(', ')}`}`
  return reason === undefined ? NO_WAY : toReasonText(reason)
}

/** The slots to try, remote media switched on where it must be; or why that was refused. */
async function findCandidates(run: MediaRun, model: RedfishModel, order: MediaOrder): Promise<NamedSlot[] | MediaOutcome> {
  let { named, reason, switch: toSwitchOn } = await readNamedSlots(model)
  if (named.length === 0 && toSwitchOn !== undefined) {
    const refusal = await sendEach(run, await planSwitch(run.session, toSwitchOn))
    if (refusal !== undefined) return refusal
    named = await waitForSlots(run, model, SWITCHED_MS)
    if (named.length === 0) await sendEach(run, planInstances(toSwitchOn))
    if (named.length === 0) named = await waitForSlots(run, model, run.timing.emptyMs)
    reason = 'remote media was switched on, and this BMC still lists no slot'
  }
  const usable = toCandidates(named, order.slot)
  if (usable.length === 0 || usable[0]!.route === undefined) {
    if (!run.hasSent) throw notSent(run, toLack(order.slot, named, reason))
    return { kind: 'rejected', text: toLack(order.slot, named, reason), why: 'other', takes: [] }
  }
  const taking = usable.filter((one) => !isDenied(one, order.protocol))
  if (taking.length > 0) return taking
  const { slot, habit } = usable[0]!
  const takes = toOthers(order, slot, habit)
  return { kind: 'rejected', text: `this BMC fetches no ${order.protocol.toUpperCase()}: mount over ${toNames(takes)}`, why: 'protocol', takes }
}

async function sendEach(run: MediaRun, calls: readonly MediaCall[]): Promise<MediaOutcome | undefined> {
  const sent = await sendCalls(run, calls)
  if (sent.kind === 'lost') return { kind: 'lost', text: `whether remote media is switched on is not known: ${sent.text}` }
  if (sent.kind === 'no') return { kind: 'rejected', text: `remote media could not be switched on: ${sent.no.text}`, why: toWhy(sent.no), takes: [] }
  return undefined
}

async function waitForSlots(run: MediaRun, model: RedfishModel, ms: number): Promise<NamedSlot[]> {
  for (let leftMs = ms; ; leftMs -= run.timing.lookMs) {
    const { named } = await readNamedSlots(model)
    if (named.length > 0 || leftMs <= 0) return named
    await run.timing.pause(run.timing.lookMs)
  }
}

/** Throws out what is in a slot, and waits until it says so; undefined when it is empty. */
async function empty(run: MediaRun, { name, slot, route }: NamedSlot): Promise<MediaOutcome | undefined> {
  const calls = route!.eject(slot)
  if (calls.length === 0) return { kind: 'rejected', text: `the drive ${name} holds an image, and this BMC offers no way to eject it`, why: 'occupied', takes: [] }
  const sent = await sendCalls(run, calls)
  const failed = sent.kind === 'taken' ? await followCalls(run, sent.answer) : undefined
  const seen = await lookUntil(run, slot, sent.kind === 'no' ? run.timing.lookMs : run.timing.emptyMs, (one) => isHolding(one) !== true)
  if (seen !== undefined && isHolding(seen) !== true) return undefined
  if (sent.kind === 'lost') return { kind: 'lost', text: `whether the drive ${name} was emptied is not known: ${sent.text}` }
  const no = sent.kind === 'no' ? sent.no : failed
  const because = no === undefined ? 'it says that it did, and still tells of an image' : no.text
  return { kind: 'rejected', text: `the drive ${name} could not be emptied: ${because}`, why: 'occupied', takes: [] }
}

/** `next`: it is refused, and another slot may take it. */
type Tried = MediaOutcome | { next: MediaOutcome }

async function mountIn(run: MediaRun, target: NamedSlot, order: MediaOrder): Promise<Tried> {
  const { slot, habit } = target
  const route = target.route!
  let hasEjected = isInTheWay(slot)
  const failure = hasEjected ? await empty(run, target) : undefined
  if (failure !== undefined) return failure
  const retry = route.retry ?? { times: 0, pauseMs: 0 }
  let retries = retry.times
  let calls = route.insert(slot, order, habit)
  for (let tries = 1; ; tries++) {
    const sent = await sendCalls(run, calls, habit.goesWithSession)
    const failed = sent.kind === 'taken' ? await followCalls(run, sent.answer) : undefined
    if (sent.kind === 'taken' && failed === undefined) return await confirm(run, target, order, sent.answer)
    const seen = await lookUntil(run, slot, toWatchMs(run, sent), (one) => isHoldingOurs(one, order.url) === true)
    if (seen !== undefined && isHoldingOurs(seen, order.url) === true) return { kind: 'accepted', slot: target.name, text: `the drive ${target.name} holds the image, though the BMC answered otherwise` }
    if (sent.kind === 'lost') return { kind: 'lost', text: `whether the image was mounted is not known: ${sent.text}` }
    const no = sent.kind === 'no' ? sent.no : failed!
    const rejected: MediaOutcome = { kind: 'rejected', text: toSentence(no, order, slot, habit), why: toWhy(no), takes: toProtocols(slot.protocols, habit).protocols }
    // A slot that cannot be read proves nothing.
    if (seen === undefined || tries >= MAX_TRIES) return rejected
    const again = no.status === undefined ? undefined : toAnotherForm(route, calls, no, target, order)
    if (again !== undefined) {
      calls = again
    } else if (rejected.why === 'occupied' && !hasEjected) {
      hasEjected = true
      const stuck = await empty(run, target)
      if (stuck !== undefined) return stuck
      await run.timing.pause(retry.pauseMs)
    } else if (retries > 0 && isPassing(no, rejected.why, hasEjected)) {
      retries--
      await run.timing.pause(retry.pauseMs)
    } else {
      return rejected.why === 'other' && isSlotsFault(no) ? { next: rejected } : rejected
    }
  }
}

/** After a clear no, and a task that has ended, one look is enough; what a 5xx or silence leaves may still come. */
function toWatchMs({ timing }: MediaRun, sent: SentCalls): number {
  if (sent.kind === 'lost') return timing.lostMs
  return sent.kind === 'no' && (sent.no.status ?? 0) >= 500 ? timing.lookMs * 2 : 0
}

const toAnotherForm = (route: MediaRoute, calls: readonly MediaCall[], no: MediaNo, { slot, habit }: NamedSlot, order: MediaOrder) =>
  isWithoutAction(no) ? undefined : route.again?.(calls, no, slot, order, habit)

const isWithoutAction = ({ status }: MediaNo) => status === 404 || status === 405 || status === 501

/** Another slot may do where this one has no such action, or none for this kind of image (Cisco, bmcweb's proxy slots). */
const isSlotsFault = (no: MediaNo) => isWithoutAction(no) || no.status === 400

/** A failed task of a mount (iBMC fails at random), or a 5xx soon after an eject (iDRAC): the same again may go. */
const isPassing = ({ status }: MediaNo, why: MediaWhy, hasEjected: boolean) =>
  why !== 'protocol' && why !== 'licence' && (status === undefined || (status >= 500 && hasEjected))

/** What a BMC says with its yes, beside that it is one: some put a no into it (AMI, Gigabyte). */
const toSaid = (answer: Answer | undefined) =>
  readExtendedInfo(answer?.body)
    .filter(({ id }) => !/\.(?:Success|Created|NoOperation|Accepted)$/.test(id))
    .map(({ text }) => text)
    .join(' ')

/** It was taken: now the slot must tell of it. */
async function confirm(run: MediaRun, { name, slot }: NamedSlot, order: MediaOrder, answer: Answer | undefined): Promise<MediaOutcome> {
  const seen = await lookUntil(run, slot, run.timing.heldMs, (one) => isHoldingOurs(one, order.url) !== false)
  if (seen === undefined) return { kind: 'lost', text: `the BMC took the image, and the drive ${name} cannot be read back` }
  const holds = isHoldingOurs(seen, order.url)
  if (holds === true) return { kind: 'accepted', slot: name, text: `the drive ${name} holds the image, as read back` }
  if (holds === undefined) return { kind: 'accepted', slot: name, text: `the BMC took the image for its drive ${name}, and does not tell what is in it` }
  if (isHolding(seen) === true) return { kind: 'rejected', text: `the BMC took the image, and its drive ${name} holds another`, why: 'occupied', takes: [] }
  const seconds = Math.round(run.timing.heldMs / 1000)
  const said = toSaid(answer)
  const text = `the BMC took the image, and ${seconds} s later its drive ${name} is still empty: it may not have been able to read it over ${order.protocol.toUpperCase()}${said === '' ? '' : ` (it said: ${said})`}`
  return { kind: 'rejected', text, why: 'fetch', takes: [] }
}
