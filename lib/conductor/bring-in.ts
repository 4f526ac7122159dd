import { BmcError } from '#lib/bmc/errors.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { InstallEnd } from '#lib/domain/install-end.ts'
import type { LinkBase } from '#lib/domain/image-link.ts'
import { mediaProtocols, toMountSlot, type MediaOrder, type MediaProtocol, type MediaSlotState, type MediaState } from '#lib/domain/media.ts'
import { eject, insert, whyBusy, type Told } from './media-commands.ts'
import { protocolWords, type Course } from './media-step.ts'
import { textOf } from './step-world.ts'

/** `in`: the image is in a drive, as it was read back. null: the step is not ours any more. */
export type Brought = { kind: 'in'; slot: string; text: string } | { kind: 'end'; end: InstallEnd } | null

const stop = (state: InstallEnd['state'], code: string, text: string, next: InstallEnd['next'] = 'gone'): NonNullable<Brought> => ({ kind: 'end', end: { next, state, code, text } })

/** Looks where the image can go, empties that drive, and mounts by the first protocol that both sides speak; another one where the BMC says so. */
export async function bringIn(course: Course): Promise<Brought> {
  const { step, memo, world } = course
  let state: MediaState
  try {
    state = await world.exclusively(world.readMedia)
    const why = step.kind === 'install' ? await world.exclusively(world.whyNoStart) : null
    if (why !== null) return stop('failed', 'not-supported', `${why}; nothing was sent`)
  } catch (error) {
    if (!(error instanceof BmcError)) throw error
    return stop('failed', error.kind, `nothing was sent, because the state could not be read: ${textOf(error)}`)
  }
  const slot = state.slots.find(({ id }) => id === memo.slot) ?? toMountSlot(state) ?? (state.isToBeEnabled === true ? unlisted : undefined)
  if (slot === undefined || slot.via === null) return stop('failed', 'not-supported', `${state.note ?? 'this BMC shows no virtual drive that takes an image'}; nothing was sent`)
  const { doors, problem } = await world.doors()
  const ways = toWays(slot, course, doors)
  if (ways.length === 0) return stop('failed', 'no-way', `${toNoWay(slot, course, doors, problem)}; nothing was sent`)
  if (slot.inserted === true) {
    const emptied = await empty(course, slot)
    if (emptied !== 'empty') return emptied
  }
  return mount(course, slot, ways)
}

/** A drive that the BMC lists only once its remote media is switched on, which is a part of the mount. */
const unlisted: MediaSlotState = { id: '', name: 'the virtual drive', owner: 'manager', types: [], via: 'insert', protocols: [...mediaProtocols], protocolsFrom: 'guess', inserted: null }

type Way = { protocol: MediaProtocol; door: LinkBase | null }

/** How the drive could fetch it, the best first; what another server shares goes one way. */
function toWays({ protocols, protocolsFrom }: MediaSlotState, { world, memo }: Course, doors: readonly LinkBase[]): Way[] {
  const { share } = world
  if (share !== null) return protocols.includes(share.protocol) || protocolsFrom === 'guess' ? [{ protocol: share.protocol, door: null }] : []
  return protocols.filter((protocol) => !memo.tried.includes(protocol)).flatMap((protocol) => doors.filter((door) => door.protocol === protocol).map((door) => ({ protocol, door })))
}

function toNoWay({ name, protocols }: MediaSlotState, { world }: Course, doors: readonly LinkBase[], problem: string): string {
  const takes = protocols.map((one) => protocolWords[one]).join(', ')
  if (world.share !== null) return `${name} of this BMC fetches by ${takes}, and not by ${protocolWords[world.share.protocol]}`
  if (doors.length === 0) return problem
  const served = doors.map(({ protocol }) => protocolWords[protocol]).join(', ')
  return `${name} of this BMC fetches by ${takes}, and images are served by ${served} only`
}

async function empty(course: Course, slot: MediaSlotState): Promise<'empty' | Brought> {
  const busy = course.step.options.force === true ? null : await whyBusy(course)
  if (busy !== null) return stop('failed', 'being-read', `${slot.name} holds ${slot.image ?? 'an image'}, and ${busy}; nothing was sent`)
  const told = await eject(course, slot.id, { stage: 'ejecting', detail: { slot: slot.name, held: slot.image } })
  if (told === null) return null
  if (told.kind === 'done') {
    await course.world.revokeAll()
    return 'empty'
  }
  if (told.kind === 'stopped') return stop('aborted', 'stopped', 'the operation was stopped; nothing was sent')
  return stop('failed', 'not-ejected', `${slot.name} holds ${slot.image ?? 'an image'}, and the BMC did not eject it: ${told.text}; nothing was mounted`)
}

async function mount(course: Course, slot: MediaSlotState, ways: readonly Way[]): Promise<Brought> {
  const { memo } = course
  const refused: string[] = []
  for (const [i, way] of ways.entries()) {
    const made = await order(course, slot, way)
    if ('kind' in made) return made
    const told = await insert(course, made.order, { stage: 'mounting', detail: { image: memo.file, slot: slot.name, protocol: way.protocol } })
    if (told === null) return null
    const safe = hide(told, made.token)
    if (safe.kind === 'done') return { kind: 'in', slot: safe.slot, text: `mounted in ${slot.name} by ${protocolWords[way.protocol]}` }
    if (safe.kind === 'unclear') return stop('unknown', 'no-evidence', safe.text, 'remove')
    await endLink(course)
    if (safe.kind === 'stopped') return stop('aborted', 'stopped', 'the operation was stopped; nothing was mounted')
    refused.push(toRefused(safe, way))
    if (safe.answer?.why === 'protocol') memo.tried = [...memo.tried, way.protocol]
    const takesAnother = safe.answer?.why === 'protocol' && i + 1 < ways.length
    if (!takesAnother) return stop('failed', safe.code, refused.join('; '))
  }
  return stop('failed', 'rejected', refused.join('; '))
}

/** The order, with a permission of its own where we serve; that is kept before the mount, so that it can be ended whatever comes. */
async function order({ memo, world }: Course, slot: MediaSlotState, { protocol, door }: Way): Promise<{ order: MediaOrder; token: string | null } | NonNullable<Brought>> {
  const at = slot === unlisted ? {} : { slot: slot.id }
  Object.assign(memo, { ...at, protocol })
  // One that a conductor made which is gone: nobody knows its address any more.
  await endLink({ memo, world })
  try {
    if (door === null) return { order: { ...world.share!, ...(await world.signIn()), ...at }, token: null }
    const { id, url, token } = await world.link(door)
    memo.linkId = id
    await world.keep('linking', memo)
    return { order: { ...at, url, protocol }, token }
  } catch (error) {
    if (error instanceof BmcError) return stop('failed', error.kind, `nothing was mounted: ${error.message}`)
    if (error instanceof BaseboardError) return stop('failed', error.code, `nothing was mounted: ${error.message}`)
    throw error
  }
}

async function endLink({ memo, world }: Pick<Course, 'memo' | 'world'>): Promise<void> {
  if (memo.linkId === null) return
  await world.revoke(memo.linkId)
  memo.linkId = null
}

/** What a BMC says may repeat the address that it was given. */
function hide(told: Told, token: string | null): Told {
  return token === null || told.kind === 'stopped' ? told : { ...told, text: told.text.replaceAll(new RegExp(token, 'gi'), '…') }
}

function toRefused({ text, answer }: Extract<Told, { kind: 'no' }>, { protocol, door }: Way): string {
  const by = protocolWords[protocol]
  const at = door === null ? 'the share' : `${door.address}:${door.port}`
  switch (answer?.why) {
    case 'fetch':
      return `the BMC took the order and could not read the image by ${by} from ${at}: look whether its network reaches that address (firewall, route, proxy). It says: ${text}`
    case 'protocol':
      return `the BMC does not fetch by ${by}${answer.takes === undefined || answer.takes.length === 0 ? '' : `, but by ${answer.takes.map((one) => protocolWords[one]).join(', ')}`}. It says: ${text}`
    case 'occupied':
      return `the BMC's drive is held by somebody else, a remote console in a browser perhaps. It says: ${text}`
    case 'licence':
      return `the BMC wants a licence for virtual media. It says: ${text}`
    default:
      return `the BMC refused to mount the image by ${by}. It says: ${text}`
  }
}
