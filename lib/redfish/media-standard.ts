import { toSpellings, type MediaHabit } from './media-habits.ts'
import { isAboutImage, isGeneral, isMissing, isUnwanted, type MediaCall, type MediaNo, type MediaOrder, type MediaRoute } from './media-route.ts'
import type { MediaSlot } from './media-slot.ts'

type Body = Readonly<Record<string, unknown>>

/** Whose name is asked for where nobody needs to sign in (NVIDIA DGX wants one all the same; sushy). */
const NOBODY = { UserName: 'none', Password: 'none' }

/** Parameters of InsertMedia that may be left out again. */
const OPTIONAL = ['WriteProtected', 'Inserted', 'TransferMethod', 'TransferProtocolType', 'UserName', 'Password'] as const

/**
 * The standard's InsertMedia (DSP0268). The least is sent first, `{Image}`: Supermicro's X11 and X12 refuse Inserted and WriteProtected.
 * What a refusal asks for is added: TransferProtocolType, TransferMethod, a user; what it does not know is left out (openstack/sushy, bmclib).
 */
export const standardRoute: MediaRoute = {
  way: 'insert',
  fits: ({ way, insertTarget }) => way === 'standard' && insertTarget !== undefined,
  insert: (slot, order, habit) => toCall(slot, toFirstBody(order, habit)),
  again(sent, no, slot, order, habit) {
    const next = toNextBody(sent.at(-1)!.body, no, order, habit)
    return next && toCall(slot, next)
  },
  // An empty object, for iLO answers 400 or 415 to no body at all.
  eject: ({ ejectTarget }) => (ejectTarget === undefined ? [] : [{ method: 'POST', path: ejectTarget, body: {} }]),
  retry: { times: 1, pauseMs: 3_000 },
}

const toCall = ({ insertTarget }: MediaSlot, body: Body): MediaCall[] => [{ method: 'POST', path: insertTarget!, body }]

/** Shares are always named by their protocol; of links the URL says it, unless the family wants it twice. */
export function toFirstBody({ url, protocol, user, password }: MediaOrder, habit: MediaHabit): Body {
  const [Image] = toSpellings(habit, url, protocol)
  const isNamed = habit.namesProtocol === true || protocol === 'nfs' || protocol === 'cifs'
  return {
    Image,
    ...(isNamed ? { TransferProtocolType: protocol.toUpperCase() } : {}),
    ...(user === undefined ? {} : { UserName: user, Password: password ?? '' }),
    ...habit.extra,
  }
}

/** The body after a refusal; undefined where none would be better. */
export function toNextBody(sent: Body, no: MediaNo, { url, protocol }: MediaOrder, habit: MediaHabit): Body | undefined {
  const lacks = (name: string) => !(name in sent)
  const asks = (name: string) => isMissing(no) && no.text.includes(name) && lacks(name)
  if (asks('UserName') || asks('Password')) return { ...sent, ...NOBODY }
  if (asks('Inserted') || asks('WriteProtected')) return { ...sent, Inserted: true, WriteProtected: true }
  if (asks('TransferMethod')) return { ...sent, TransferMethod: 'Stream' }
  if (asks('TransferProtocolType')) return { ...sent, TransferProtocolType: protocol.toUpperCase() }
  const unwanted = OPTIONAL.find((name) => name in sent && isUnwanted(no, name))
  if (unwanted !== undefined) return Object.fromEntries(Object.entries(sent).filter(([name]) => name !== unwanted))
  const spellings = toSpellings(habit, url, protocol)
  const Image = isAboutImage(no) ? spellings[spellings.indexOf(String(sent['Image'])) + 1] : undefined
  if (Image !== undefined) return { ...sent, Image }
  // It says no more than that something is wrong: then what others have asked for.
  if (!isMissing(no) && !isGeneral(no)) return undefined
  if (lacks('TransferProtocolType')) return { ...sent, TransferProtocolType: protocol.toUpperCase() }
  return lacks('TransferMethod') ? { ...sent, TransferMethod: 'Stream' } : undefined
}
