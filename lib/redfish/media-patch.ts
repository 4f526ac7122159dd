import { toSpellings } from './media-habits.ts'
import { isAboutImage, isUnwanted, type MediaCall, type MediaRoute } from './media-route.ts'
import type { MediaSlot } from './media-slot.ts'

/**
 * A PATCH of the slot itself, under If-Match (the session sees to that): Lenovo's XCC, and others that offer no action. Without Inserted a
 * Lenovo SD530 attaches nothing (openstack/sushy); with Image null it lets go (lenovo/python-redfish-lenovo).
 */
export const patchRoute: MediaRoute = {
  way: 'patch',
  fits: ({ way, can, insertTarget }) => insertTarget === undefined && (way === 'patch' || (way === undefined && can !== false)),
  insert(slot, { url, protocol, user, password }, habit) {
    const [Image] = toSpellings(habit, url, protocol)
    return toCall(slot, {
      Image,
      Inserted: true,
      WriteProtected: true,
      ...(user === undefined ? {} : { TransferProtocolType: protocol.toUpperCase(), UserName: user, Password: password ?? '' }),
      // The depot's certificate is its own; XCC3 answers an unknown authority with 500 InternalError.
      ...(protocol === 'https' && slot.verifiesCertificate === true ? { VerifyCertificate: false } : {}),
    })
  },
  again(sent, no, slot, { url, protocol }, habit) {
    const { body } = sent.at(-1)!
    const unwanted = ['VerifyCertificate', 'WriteProtected'].find((name) => name in body && isUnwanted(no, name))
    if (unwanted !== undefined) return toCall(slot, Object.fromEntries(Object.entries(body).filter(([name]) => name !== unwanted)))
    const spellings = toSpellings(habit, url, protocol)
    const Image = isAboutImage(no) ? spellings[spellings.indexOf(String(body['Image'])) + 1] : undefined
    return Image === undefined ? undefined : toCall(slot, { ...body, Image })
  },
  eject: (slot) => toCall(slot, { Image: null, Inserted: false }),
}

const toCall = ({ path }: MediaSlot, body: MediaCall['body']): MediaCall[] => [{ method: 'PATCH', path, body }]
