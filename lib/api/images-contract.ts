import * as z from 'zod/mini'
import { imageFacts, imageFailure, imageName, imageState, sha256Text } from '#lib/domain/image.ts'
import { depotDoor, depotFinding } from '#lib/domain/depot.ts'
import { imageLimits } from '#lib/domain/image-space.ts'

/** What crosses HTTP about the image library. */

/** A piece of an upload is at most so long: whatever is lost with a broken line is no more than this. */
export const longestPieceBytes = 64 * 1024 * 1024
/** No ISO is larger: ISO 9660 itself ends at 8 TiB, what BMCs take far earlier. */
const mostImageBytes = 1024 ** 4

const expected = z.optional(z.string().check(z.trim(), z.toLowerCase(), z.regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 hexadecimal digits')))

export const image = z.object({
  id: z.string(),
  name: z.string(),
  state: imageState,
  /** null while a fetch has not been answered. */
  bytes: z.nullable(z.int()),
  /** How much of it has come: where an upload goes on. */
  received: z.int(),
  /** How much of it has been summed. */
  checked: z.int(),
  sha256: z.nullable(sha256Text),
  expectedSha256: z.nullable(z.string()),
  /** By what an uploader knows the same file again. */
  mark: z.nullable(z.string()),
  facts: z.nullable(imageFacts),
  /** Where it was fetched from; null for an upload. */
  source: z.nullable(z.string()),
  by: z.string(),
  createdAt: z.iso.datetime(),
  movedAt: z.iso.datetime(),
  readyAt: z.nullable(z.iso.datetime()),
  failure: z.nullable(imageFailure),
  /** The nodes whose BMC may read it at this moment. */
  usedBy: z.array(z.string()),
})
export type Image = z.infer<typeof image>

/** The depot's disk, and how much more the library takes; null when the depot does not answer. */
export const imageSpace = z.object({ totalBytes: z.int(), freeBytes: z.int(), reserveBytes: z.int(), leftBytes: z.int(), limit: z.enum(['quota', 'disk-full']) })
export type ImageSpace = z.infer<typeof imageSpace>

/** `images` can be mounted; `coming` are on their way, or failed and say why. */
export const imageList = z.object({
  images: z.array(image),
  coming: z.array(image),
  usedBytes: z.int(),
  space: z.nullable(imageSpace),
  limits: imageLimits,
})
export type ImageList = z.infer<typeof imageList>

/** Announces an upload. One of the same name, length and mark that has not ended is gone on with: its `received` says where. */
export const imageCreate = z.strictObject({
  name: imageName,
  bytes: z.int().check(z.minimum(1), z.maximum(mostImageBytes)),
  sha256: expected,
  mark: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
})
export type ImageCreate = z.output<typeof imageCreate>

/** Without a name it is the last part of the address. */
export const imageFetch = z.strictObject({ url: z.string().check(z.trim(), z.minLength(1), z.maxLength(2000)), name: z.optional(imageName), sha256: expected })
export type ImageFetch = z.output<typeof imageFetch>

/** The header that says where in the image a piece begins. */
export const offsetHeader = 'upload-offset'
export const pieceAnswer = z.object({ received: z.int(), state: imageState })
export type PieceAnswer = z.infer<typeof pieceAnswer>

const fetchEntry = z.string().check(z.trim(), z.minLength(1), z.maxLength(260))
/** What is not named stays. */
export const imageLimitsPatch = z
  .strictObject({
    quotaBytes: z.optional(imageLimits.shape.quotaBytes),
    reservePercent: z.optional(imageLimits.shape.reservePercent),
    fetchFrom: z.optional(z.array(fetchEntry).check(z.maxLength(100))),
  })
  .check(z.refine((given) => Object.keys(given).length > 0, 'names nothing to change: quotaBytes, reservePercent or fetchFrom'))
export type ImageLimitsPatch = z.output<typeof imageLimitsPatch>

/** Where BMCs reach the images. `doors`, `addresses` and `findings` are what the depot said at `checkedAt`, of this address; null while it has not looked since. */
export const imageServing = z.object({
  mediaAddress: z.nullable(z.string()),
  /** True when MEDIA_ADDRESS sets it, so that the page can say why it cannot be changed here. */
  fromEnvironment: z.boolean(),
  checked: z.nullable(z.object({ doors: z.array(depotDoor), addresses: z.array(z.string()), findings: z.array(depotFinding), checkedAt: z.iso.datetime() })),
  /** The IPv4 addresses of the depot's machine, as it last said. */
  addresses: z.array(z.string()),
})
export type ImageServing = z.infer<typeof imageServing>

/** A unicast address (RFC 1122 §3.2.1.3): what a BMC can be told to call. */
const reachable = z.ipv4('is no IPv4 address such as 10.4.0.2').check(z.refine((text) => !/^(?:0|22[4-9]|23\d|24\d|25[0-5])\./.test(text), 'is no address of one machine'))
export const imageServingPatch = z.strictObject({ mediaAddress: reachable })
export type ImageServingPatch = z.output<typeof imageServingPatch>
