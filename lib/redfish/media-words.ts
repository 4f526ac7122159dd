import { toProtocols, type MediaHabit, type MediaScheme } from './media-habits.ts'
import type { MediaNo, MediaOrder } from './media-route.ts'
import type { MediaSlot } from './media-slot.ts'

/** Why it was refused, as far as somebody can do something about it. */
export type MediaWhy = 'protocol' | 'fetch' | 'occupied' | 'licence' | 'other'

/** By the ids and the words of the BMC's messages; the first that fits. */
const reasons: readonly [MediaWhy, RegExp][] = [
  ['protocol', /FileTransferProtocolMismatch|SourceDoesNotSupportProtocol|(?:Protocol|Scheme)(?:Type)?\w*(?:NotSupported|Unsupported|NotInList|FormatError)|NotInList\b.*TransferProtocolType|(?:unsupported|not supported|invalid)\b.{0,40}\b(?:protocol|scheme)|\b(?:protocol|scheme)\b.{0,40}\b(?:unsupported|not supported)/is],
  ['licence', /licen[cs]e/i],
  ['occupied', /ConnectionOccupied|ResourceInUse|AlreadyInserted|MaxVirtualMediaConnectionEstablished|VirtualMediaIsInUse|\balready (?:mounted|inserted|in use|attached|connected)|another CD instance/i],
  // iDRAC's RAC0720 and RAC0721, iBMC's ConnectionFailed, the standard's words, and what BMCs write by hand.
  ['fetch', /RAC072[01]|ConnectionFailed|CouldNotEstablishConnection|ResourceAtUri|UnableToConnect|FileDownload\w*Fail|\b(?:unable|fail\w*|cannot|could not)\b.{0,40}\b(?:locate|mount|access|connect|reach|open|read|download|verify)|timed? ?out|no such file|not accessible|not reachable/i],
]

export function toWhy({ codes, text }: MediaNo): MediaWhy {
  const said = [...codes, text].join(' ')
  return reasons.find(([, words]) => words.test(said))?.[0] ?? 'other'
}

export const toNames = (protocols: readonly MediaScheme[]) => protocols.map((one) => one.toUpperCase()).join(' or ')

/** The sentence for a person, who wants to know what to do next. */
export function toSentence(no: MediaNo, order: MediaOrder, slot: MediaSlot, habit: MediaHabit): string {
  const said = [...new Set([...no.codes.slice(0, 2), no.text])].filter((part) => part !== '').join(': ')
  const because = said === '' ? (no.status === undefined ? 'it does not say why' : `status ${no.status}`) : said
  const name = order.protocol.toUpperCase()
  const others = toOthers(order, slot, habit)
  switch (toWhy(no)) {
    case 'protocol':
      return `this BMC fetches no ${name} (${because})${others.length === 0 ? '' : `: mount over ${toNames(others)}`}`
    case 'licence':
      return `this BMC wants a licence for virtual media (${because})`
    case 'occupied':
      return `another image or a remote console holds the virtual drive ${slot.id} (${because})`
    case 'fetch':
      return `the BMC could not read the image over ${name} (${because}): it must reach the address in the link from its own network${isWorn(no) ? '. After some fifteen mounts only a reset of this BMC helps' : ''}`
    default:
      if (isInPost(no)) return `this BMC changes nothing while the server tests itself (${because}): try again when it has started, or is off`
      return `the BMC refused the image for its drive ${slot.id} (${because})`
  }
}

/** iBMC's remote media loses its way after some fifteen mounts (3th1nk/mammoth huawei.md). */
const isWorn = ({ codes }: MediaNo) => codes.some((code) => /^iBMC\b.*ConnectionFailed$/.test(code))

/** iLO's UnableToModifyDuringSystemPOST. */
const isInPost = ({ codes, text }: MediaNo) => /DuringSystemPOST|\bduring (?:system )?POST\b/i.test([...codes, text].join(' '))

/** By what else this slot may fetch. */
export const toOthers = ({ protocol }: MediaOrder, slot: MediaSlot, habit: MediaHabit): MediaScheme[] =>
  toProtocols(slot.protocols, habit).protocols.filter((one) => one !== protocol)
