import { isLinkToken } from '#lib/domain/image-link.ts'
import type { MediaOrder, MediaSlotState, MediaState } from '#lib/domain/media.ts'
import { toProtocols } from '#lib/redfish/media-habits.ts'
import { readNamedSlots, type MediaOutcome } from '#lib/redfish/media-mount.ts'
import type { NamedSlot } from '#lib/redfish/media-order.ts'
import type { RedfishModel } from '#lib/redfish/model.ts'
import type { MediaAnswer } from './bmc.ts'
import { toTold } from './reason.ts'
import { toOptionalText, toPlainText } from './text.ts'

/** The virtual drives as they are now. */
export async function readMedia(model: RedfishModel): Promise<MediaState> {
  const { named, reason, switch: toSwitchOn } = await readNamedSlots(model)
  const isToBeEnabled = named.length === 0 && toSwitchOn !== undefined
  const { reason: note, why } = toTold(reason)
  return { slots: named.map(toSlotState), takenAt: new Date().toISOString(), ...(note === undefined ? {} : { note }), ...(why === undefined ? {} : { why }), ...(isToBeEnabled ? { isToBeEnabled } : {}) }
}

function toSlotState({ name, slot, route, habit }: NamedSlot): MediaSlotState {
  const { protocols, from } = toProtocols(slot.protocols, habit)
  const image = toOptionalText(slot.image === undefined ? undefined : hideSecrets(slot.image), 300)
  return {
    id: toPlainText(name, 120),
    name: toPlainText(slot.name, 120),
    owner: slot.owner,
    types: slot.mediaTypes.slice(0, 16).map((type) => toPlainText(type, 40)),
    via: route?.way ?? null,
    protocols,
    protocolsFrom: from,
    inserted: slot.inserted ?? (slot.image === undefined ? null : true),
    ...(image === undefined ? {} : { image }),
  }
}

/** What came of a mount, with the address and without what the link keeps secret: BMCs like to repeat what they were sent. */
export function toMediaAnswer(outcome: MediaOutcome, address: string, order?: MediaOrder): MediaAnswer {
  const text = `${address}: ${toPlainText(hideSecrets(hideOrder(outcome.text, order)), 600)}`
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'accepted', slot: toPlainText(outcome.slot, 120), text }
    case 'rejected':
      return { kind: 'rejected', text, why: outcome.why, ...(outcome.takes.length === 0 ? {} : { takes: outcome.takes }) }
    case 'lost':
      return { kind: 'reply-lost', text }
  }
}

function hideOrder(text: string, order: MediaOrder | undefined): string {
  const secrets = [order?.password, order?.password && encodeURIComponent(order.password)].filter((secret) => secret !== undefined && secret.length > 0)
  return secrets.reduce((hidden: string, secret) => hidden.replaceAll(secret!, '…'), text)
}

/** A name and password before a host, and the token of a link of ours, which is the permission to read; some firmware shows it in capitals. */
export function hideSecrets(text: string): string {
  return text.replace(/:\/\/[^/\s@]*@/g, '://…@').replace(/[^/\s"'(),;]{16,}/g, (segment) => (isLinkToken(segment.toLowerCase()) ? '…' : segment))
}
