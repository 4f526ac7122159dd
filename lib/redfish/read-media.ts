import * as z from 'zod'
import { readAllowable } from './allowable.ts'
import type { RedfishError } from './errors.ts'
import { anything, flag, link, nested, parseLoose, text, words } from './loose.ts'
import { isChangeable, toReason, type Look } from './look.ts'
import { mapBounded } from './map-bounded.ts'
import { findOemActions, findOemLinks, type NamedAction } from './oem-action.ts'
import { toLastSegment } from './path.ts'
import type { Tree } from './tree.ts'

const MAX_SLOTS = 16

/** One slot of virtual media (DSP0268, VirtualMedia) and how an image gets into it. */
export type MediaSlot = {
  id: string
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
}

/** `reason`: why there is none, or what must be done first. */
export type MediaReading = { can: boolean | null; slots: MediaSlot[]; reason: string | undefined; failures: RedfishError[] }

const owner = z.object({ VirtualMedia: link, Oem: anything })
const slot = z.object({
  Id: text,
  MediaTypes: words,
  Inserted: flag,
  'TransferProtocolType@Redfish.AllowableValues': words,
  Actions: nested({ '#VirtualMedia.InsertMedia': anything }),
})

/** What makers call the action that brings an image in: VmmControl (Huawei, xFusion, H3C), InsertVirtualMedia (iLO), IsoConfig.Mount (Supermicro). */
const INSERTS = /\.(?:VmmControl|Insert(?:Virtual)?Media|Mount)$/

/** AMI lists no slots until its remote media is switched on by this action of the manager. */
const ENABLES = /EnableRMedia$/

/** The slots of the host system and of the managers: one GET each, their collections, and the managers. */
export async function readMedia(look: Look, tree: Tree): Promise<MediaReading> {
  const isTreeWhole = [...tree.lacks, ...tree.gone].every((branch) => branch === 'chassis')
  const failures: RedfishError[] = isTreeWhole ? [] : [...tree.failures]
  const owners = [...(tree.system === undefined ? [] : [{ path: tree.system, of: 'system' as const }]), ...tree.managers.map((path) => ({ path, of: 'manager' as const }))]
  const slots: MediaSlot[] = []
  let isToBeEnabled = false
  for (const { path, of } of owners) {
    const { body, failure } = await look.at(path)
    if (failure !== undefined) failures.push(failure)
    if (of === 'manager') isToBeEnabled ||= findOemActions(body).some(({ name }) => ENABLES.test(name))
    const { VirtualMedia } = parseLoose(owner, body)
    if (VirtualMedia !== undefined) slots.push(...(await readSlots(look, VirtualMedia, of, failures)))
  }
  const found = slots.slice(0, MAX_SLOTS)
  return { ...toAbility(found, isToBeEnabled, failures), slots: found, failures }
}

async function readSlots(look: Look, collection: string, of: MediaSlot['owner'], failures: RedfishError[]): Promise<MediaSlot[]> {
  const members = await look.members(collection)
  // Supermicro's older boards have an empty collection and their own way beside it.
  const beside = members.paths.length > 0 ? undefined : parseLoose(owner, (await look.at(collection)).body).Oem
  const own = findOemLinks(beside, /./).slice(0, 2)
  if (own.length === 0) failures.push(...members.failures)
  const found = await mapBounded([...members.paths, ...own], (path) => readSlot(look, path, of, failures))
  return found.filter((one) => one !== undefined)
}

async function readSlot(look: Look, path: string, of: MediaSlot['owner'], failures: RedfishError[]): Promise<MediaSlot | undefined> {
  const looked = await look.at(path)
  if (looked.failure !== undefined) return void failures.push(looked.failure)
  const { Id, MediaTypes, Inserted, Actions, ...told } = parseLoose(slot, looked.body)
  const standard = Actions?.['#VirtualMedia.InsertMedia']
  const own = standard === undefined ? findOemActions(looked.body).find(({ name }) => INSERTS.test(name)) : undefined
  const stated = await readAllowable(standard ?? own?.action, 'TransferProtocolType', async (info) => (await look.at(info)).body)
  return {
    id: Id ?? toLastSegment(path),
    owner: of,
    ...toWay(standard, own, isChangeable(looked)),
    mediaTypes: MediaTypes,
    protocols: stated.values.length > 0 ? stated.values : told['TransferProtocolType@Redfish.AllowableValues'],
    inserted: Inserted,
  }
}

function toWay(standard: unknown, own: NamedAction | undefined, mayChange: boolean | null): Pick<MediaSlot, 'can' | 'way' | 'action'> {
  if (standard !== undefined) return { can: true, way: 'standard', action: undefined }
  if (own !== undefined) return { can: true, way: 'oem', action: own.name }
  return { can: mayChange, way: mayChange === true ? 'patch' : undefined, action: undefined }
}

function toAbility(slots: readonly MediaSlot[], isToBeEnabled: boolean, failures: readonly RedfishError[]): Pick<MediaReading, 'can' | 'reason'> {
  const failure = failures[0]
  if (slots.some(({ can }) => can === true)) return { can: true, reason: failure && `there may be more slots: ${toReason(failure)}` }
  if (slots.length === 0 && failure !== undefined) return { can: null, reason: toReason(failure) }
  if (slots.length === 0 && isToBeEnabled) return { can: null, reason: 'no slot is listed until remote media is switched on (EnableRMedia)' }
  if (slots.length === 0) return { can: false, reason: 'this BMC lists no virtual media over Redfish' }
  if (slots.every(({ can }) => can === false)) return { can: false, reason: 'the slots can be looked at and not changed' }
  return { can: null, reason: 'the slots offer no InsertMedia; whether they take an image by PATCH shows only by trying' }
}
