import * as z from 'zod/mini'
import { why } from './reason.ts'

/** By what a BMC fetches an image; the order has no meaning. */
export const mediaProtocol = z.enum(['http', 'https', 'nfs', 'cifs'])
export type MediaProtocol = z.infer<typeof mediaProtocol>
export const mediaProtocols: readonly MediaProtocol[] = mediaProtocol.options

/**
 * An image to be mounted. `url`: `http://host/dir/x.iso`, `nfs://host/dir/x.iso`, `cifs://host/share/x.iso`; in which spelling a make wants it
 * is known to the room that speaks to it. `slot`: one of `MediaState`, else the BMC's drive for discs. `user`, `password`: of a share
 * that is not ours; never in the URL.
 */
export const mediaOrder = z.object({
  slot: z.optional(z.string()),
  url: z.string(),
  protocol: mediaProtocol,
  user: z.optional(z.string()),
  password: z.optional(z.string()),
})
export type MediaOrder = z.infer<typeof mediaOrder>

/**
 * How an image gets into a slot: the standard's InsertMedia, a PATCH of the slot (Lenovo), VmmControl (Huawei, xFusion, H3C), Supermicro's
 * IsoConfig.Mount, InsertVirtualMedia of older iLOs; null where none is offered that we know.
 */
export const mediaWay = z.enum(['insert', 'patch', 'vmm-control', 'iso-config', 'ilo'])
export type MediaWay = z.infer<typeof mediaWay>

/**
 * One virtual drive as it was read. `id` is unique in its state. `protocols`: what it can fetch by, the best first; `told`: the BMC says so
 * itself, `make`: it is known of its make, `guess`: nobody says, so try in this order. `image`: what is mounted, without the secret part of our
 * links and without passwords. `inserted` null: the BMC does not say.
 */
export const mediaSlotState = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.enum(['system', 'manager']),
  types: z.array(z.string()),
  via: z.nullable(mediaWay),
  protocols: z.array(mediaProtocol),
  protocolsFrom: z.enum(['told', 'make', 'guess']),
  inserted: z.nullable(z.boolean()),
  image: z.optional(z.string()),
})
export type MediaSlotState = z.infer<typeof mediaSlotState>

/**
 * The virtual drives of a node, those first that a disc image would go into. `note` (and `why`, for other languages): why there is none, or what is done before a mount (AMI's
 * remote media must be switched on, until then no slot is listed). `isToBeEnabled`: that is so here, and a mount does it.
 */
export const mediaState = z.object({ slots: z.array(mediaSlotState), takenAt: z.iso.datetime(), note: z.optional(z.string()), why: z.optional(z.array(why)), isToBeEnabled: z.optional(z.boolean()) })
export type MediaState = z.infer<typeof mediaState>

/**
 * Why a BMC did not mount, as far as the conductor can do something about it. `protocol`: it does not fetch by this one, `takes` says by
 * which instead. `fetch`: it could not read the image where it was told to. `occupied`: another image or a remote console holds the drive.
 * `licence`: it wants one.
 */
export const mediaRefusal = z.enum(['protocol', 'fetch', 'occupied', 'licence', 'other'])
export type MediaRefusal = z.infer<typeof mediaRefusal>

/** Which protocol to mount by: the first that the slot takes and the depot serves; undefined where they have none in common. */
export function chooseProtocol(slot: Pick<MediaSlotState, 'protocols'>, served: readonly MediaProtocol[]): MediaProtocol | undefined {
  return slot.protocols.find((protocol) => served.includes(protocol))
}

/** The slot that an image would go into when nobody names one. */
export const toMountSlot = ({ slots }: MediaState): MediaSlotState | undefined => slots.find(({ via }) => via !== null)
