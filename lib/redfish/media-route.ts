import type { MediaHabit, MediaScheme } from './media-habits.ts'
import type { MediaSlot } from './media-slot.ts'

/** An image to be mounted; `url` has a scheme, a host and a path, and no credentials. */
export type MediaOrder = { slot?: string | undefined; url: string; protocol: MediaScheme; user?: string | undefined; password?: string | undefined }

/** One request of a route. `pauseMs`: the BMC needs so long after the one before. */
export type MediaCall = { method: 'POST' | 'PATCH'; path: string; body: Readonly<Record<string, unknown>>; pauseMs?: number }

/** How a BMC said no, as far as a route may draw conclusions from it. */
export type MediaNo = { status: number | undefined; codes: readonly string[]; text: string }

export type MediaWay = 'insert' | 'patch' | 'vmm-control' | 'iso-config' | 'ilo'

/**
 * A way to get an image in and out, as pure plans of requests. A plan is sent in order until one is refused; `again` gives the next form to
 * try after a refusal that left the slot empty, or nothing where another form would not help.
 */
export type MediaRoute = {
  way: MediaWay
  fits: (slot: MediaSlot) => boolean
  insert: (slot: MediaSlot, order: MediaOrder, habit: MediaHabit) => MediaCall[]
  again?: (sent: readonly MediaCall[], no: MediaNo, slot: MediaSlot, order: MediaOrder, habit: MediaHabit) => MediaCall[] | undefined
  eject: (slot: MediaSlot) => MediaCall[]
  /** How often a mount whose task has failed is asked for again, and after what pause: some fail at random. */
  retry?: { times: number; pauseMs: number }
}

export const isMissing = ({ codes, text }: MediaNo) => /(?:ActionParameterMissing|PropertyMissing|ParameterMissing|CreateFailedMissingReqProperties)/.test([...codes, text].join(' '))
export const isGeneral = ({ codes }: MediaNo) => codes.length === 0 || codes.some((code) => code.endsWith('.GeneralError'))

/** It names a parameter that it does not know or want. */
export const isUnwanted = ({ codes, text }: MediaNo, name: string) =>
  text.includes(name) && /(?:NotSupported|Unknown|NotWritable|NotAllowed|Unsupported|Unexpected|Invalid)/i.test([...codes, text].join(' '))

/** It does not like how the image's place is written. */
export const isAboutImage = ({ codes, text }: MediaNo) => /\bImage\b/.test(text) && /(?:Format|Value|Invalid|Type|Uri|Url)/i.test([...codes, text].join(' '))
