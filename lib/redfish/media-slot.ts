import * as z from 'zod'
import { readAllowable } from './allowable.ts'
import { isRedfishError, type RedfishError } from './errors.ts'
import { anything, flag, link, nested, parseLoose, text, words } from './loose.ts'
import { createLook, isChangeable, type Look } from './look.ts'
import { mapBounded } from './map-bounded.ts'
import { findOemActions, findOemLinks, type NamedAction } from './oem-action.ts'
import { toLastSegment, toSafePath } from './path.ts'
import type { RedfishSession } from './session.ts'

/** One slot of virtual media (DSP0268, VirtualMedia), how an image gets into it, and what is in it now. */
export type MediaSlot = {
  path: string
  /** The collection that shows what is in it, where the slot itself does not (Supermicro's CfgCD). */
  shownIn: string | undefined
  id: string
  name: string
  owner: 'system' | 'manager'
  /** null: no action is offered, and whether the BMC takes an image by PATCH (Lenovo) shows only by trying. */
  can: boolean | null
  way: 'standard' | 'oem' | 'patch' | undefined
  /** A maker's own action by its name. */
  action: string | undefined
  mediaTypes: string[]
  /** Stated by few: empty otherwise. */
  protocols: string[]
  inserted: boolean | undefined
  /** What is in it, as the BMC tells it: a URL, or a path in a spelling of its own. */
  image: string | undefined
  /** Where an image is brought in and thrown out; undefined where that is not by an action. */
  insertTarget: string | undefined
  ejectTarget: string | undefined
  /** The slot has VerifyCertificate: an own certificate of our server is refused unless it is false. */
  verifiesCertificate: boolean | undefined
}

const slot = z.object({
  Id: text,
  Name: text,
  MediaTypes: words,
  Inserted: flag,
  Image: text,
  ImageName: text,
  VerifyCertificate: flag,
  'TransferProtocolType@Redfish.AllowableValues': words,
  Actions: nested({ '#VirtualMedia.InsertMedia': anything, '#VirtualMedia.EjectMedia': anything }),
})
const collection = z.object({ Oem: anything })
const target = z.object({ target: text })

/** What makers call the action that brings an image in: VmmControl (Huawei, xFusion, H3C), InsertVirtualMedia (iLO), IsoConfig.Mount (Supermicro). */
const INSERTS = /\.(?:VmmControl|Insert(?:Virtual)?Media|Mount)$/
const EJECTS = /\.(?:VmmControl|Eject(?:Virtual)?Media|Un[Mm]ount)$/

/** What empty looks like besides nothing: AMI writes "None", others a dash or the scheme alone. */
const EMPTY_IMAGE = /^(?:none|null|n\/a|-|https?:\/\/|nfs:\/\/)$/i

/** A collection's slots, one GET each. Where one cannot be had it is missing, and why is added to `failures`. */
export async function readSlots(look: Look, path: string, owner: MediaSlot['owner'], failures: RedfishError[]): Promise<MediaSlot[]> {
  const members = await look.members(path)
  const read = async (paths: readonly string[]) => (await mapBounded(paths, (one) => readSlot(look, one, owner, failures))).filter((one) => one !== undefined)
  const shown = await read(members.paths)
  // Supermicro's older boards have an empty collection and their own way beside it; once an image is mounted, a member that only shows it.
  const beside = shown.some(({ can }) => can === true) ? undefined : parseLoose(collection, (await look.at(path)).body).Oem
  const own = findOemLinks(beside, members.paths.length > 0 ? /VirtualMediaConfig/ : /./).slice(0, 2)
  if (own.length === 0) failures.push(...members.failures)
  const configured = await read(own)
  const holding = shown.find(({ inserted }) => inserted !== false)
  return configured.length === 0 ? shown : configured.map((one) => ({ ...one, shownIn: path, inserted: one.inserted ?? holding !== undefined, image: one.image ?? holding?.image }))
}

/** One slot anew; undefined when it cannot be had, for the reason that is added to `failures`. */
export async function readSlot(look: Look, path: string, owner: MediaSlot['owner'], failures: RedfishError[]): Promise<MediaSlot | undefined> {
  const looked = await look.at(path)
  if (looked.failure !== undefined) return void failures.push(looked.failure)
  const { Id, Name, MediaTypes, Inserted, Image, ImageName, VerifyCertificate, Actions, ...told } = parseLoose(slot, looked.body)
  const standard = Actions?.['#VirtualMedia.InsertMedia']
  const makers = findOemActions(looked.body)
  const own = standard === undefined ? makers.find(({ name }) => INSERTS.test(name)) : undefined
  const eject = Actions?.['#VirtualMedia.EjectMedia'] ?? makers.find(({ name }) => EJECTS.test(name))?.action
  const stated = await readAllowable(standard ?? own?.action, 'TransferProtocolType', async (info) => (await look.at(info)).body)
  const image = [Image, ImageName].find((one) => one !== undefined && !EMPTY_IMAGE.test(one))
  return {
    path,
    shownIn: undefined,
    id: Id ?? toLastSegment(path),
    name: Name ?? Id ?? toLastSegment(path),
    owner,
    ...toWay(standard, own, isChangeable(looked)),
    mediaTypes: MediaTypes,
    protocols: stated.values.length > 0 ? stated.values : told['TransferProtocolType@Redfish.AllowableValues'],
    inserted: Inserted,
    image,
    insertTarget: toTarget(standard ?? own?.action),
    ejectTarget: toTarget(eject),
    verifiesCertificate: VerifyCertificate,
  }
}

const toTarget = (action: unknown) => toSafePath(parseLoose(target, action).target)

function toWay(standard: unknown, own: NamedAction | undefined, mayChange: boolean | null): Pick<MediaSlot, 'can' | 'way' | 'action'> {
  if (standard !== undefined) return { can: true, way: 'standard', action: undefined }
  if (own !== undefined) return { can: true, way: 'oem', action: own.name }
  return { can: mayChange, way: mayChange === true ? 'patch' : undefined, action: undefined }
}

/** What is in a slot now; undefined when it cannot be read, for whatever reason. */
export async function readSlotAgain(session: RedfishSession, { path, shownIn, owner }: MediaSlot): Promise<MediaSlot | undefined> {
  const look = createLook(session)
  try {
    if (shownIn === undefined) return await readSlot(look, path, owner, [])
    return (await readSlots(look, shownIn, owner, [])).find((one) => one.path === path)
  } catch (error) {
    if (isRedfishError(error)) return undefined
    throw error
  }
}

/** The link of a system or manager to its slots. */
export const slotOwner = z.object({ VirtualMedia: link })
