import { longestPieceBytes, offsetHeader, type Image, type ImageCreate, type ImageFetch, type ImageLimitsPatch, type ImageList, type PieceAnswer } from '#lib/api/images-contract.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { fetchList, parseFetchList } from '#lib/config/fetch-list.ts'
import type { Transaction } from '#lib/db/client.ts'
import * as db from '#lib/db/images.ts'
import { readImageLimits, writeSetting } from '#lib/db/settings.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { toImageName } from '#lib/domain/image.ts'
import { reserveOf, roomFor, toNoRoomText, usedBytesOf, type DiskSpace, type ImageLimits } from '#lib/domain/image-space.ts'
import { invalid } from './address.ts'
import { readDiskSpace, sendPieceTo } from './depot-door.ts'
import { change, demand, refuse } from './permission.ts'

const unknownImage = (id: string) => new BaseboardError('unknown-image', 404, `there is no image ${id}`)
const nameTaken = (name: string) => new BaseboardError('name-taken', 409, `name: there is an image ${name} already`)

/** The address without what may be a secret in it. */
const toShown = (source: string | null) => source?.split('?', 1)[0] ?? null

const toImage = ({ createdAt, movedAt, readyAt, source, ...image }: db.ImageFound, usedBy: readonly string[] = []): Image => ({
  ...image,
  source: toShown(source),
  createdAt: createdAt.toISOString(),
  movedAt: movedAt.toISOString(),
  readyAt: readyAt?.toISOString() ?? null,
  usedBy: [...usedBy],
})

/** The library: what can be mounted, what is on its way, and how much room there is. */
export async function listImages(user: SignedInUser): Promise<ImageList> {
  await demand(user, 'read')
  const [all, users, limits, disk] = await Promise.all([db.listImages(), db.listImageUsers(), readImageLimits(), readDiskSpace()])
  const images = all.map((image) => toImage(image, users.get(image.id)))
  return {
    images: images.filter(({ state }) => state === 'ready'),
    coming: images.filter(({ state }) => state !== 'ready'),
    usedBytes: usedBytesOf(all),
    space: disk === null ? null : { ...disk, reserveBytes: reserveOf(disk, limits), ...roomFor(all, limits, disk) },
    limits,
  }
}

export async function readImage(user: SignedInUser, id: string): Promise<Image> {
  await demand(user, 'read')
  const image = await db.findImage(id)
  if (image === null) throw unknownImage(id)
  return toImage(image, (await db.listImageUsers()).get(id))
}

const whoOf = ({ name, kind, ip, requestId }: SignedInUser) => ({ by: name, byKind: kind, ip, requestId })

/** Announcements wait for each other, so that two together do not take the room that is there for one. */
async function demandRoom(tx: Transaction, bytes: number, disk: DiskSpace): Promise<void> {
  await db.lockLibrary(tx)
  const [images, limits] = [await db.listImages(tx), await readImageLimits(tx)]
  const room = roomFor(images, limits, disk)
  if (bytes > room.leftBytes) throw new BaseboardError(room.limit, 507, toNoRoomText(bytes, room, limits))
}

/** Announces an upload, or finds the one that was broken off. Throws 507 where it does not fit, 409 where its name is another's. */
export async function createImage(user: SignedInUser, { name, bytes, sha256, mark }: ImageCreate): Promise<Image> {
  const attempt = { action: 'image-upload', target: name, detail: { bytes, ...(sha256 === undefined ? {} : { expectedSha256: sha256 }) } }
  await demand(user, 'manageImages', attempt)
  const disk = await readDiskSpace()
  if (disk === null) throw new BaseboardError('depot-away', 503, 'the depot does not answer: is it running?')
  return change(async (tx) => {
    const known = await db.findImageOfName(name, tx)
    const isSame = known?.state === 'uploading' && known.bytes === bytes && known.mark !== null && known.mark === mark
    if (isSame) {
      await record(tx, user, { ...attempt, outcome: 'intent', detail: { ...attempt.detail, from: known.received } })
      return toImage(known)
    }
    await demandRoom(tx, bytes, disk)
    const made = await db.insertImage(tx, { name, bytes, expectedSha256: sha256 ?? null, mark: mark ?? null, source: null, ...whoOf(user) })
    if (made === null) throw nameTaken(name)
    await record(tx, user, { ...attempt, outcome: 'intent' })
    return toImage(made)
  })
}

/** Hands a piece of an upload to the depot. */
export async function sendPiece(user: SignedInUser, id: string, request: Request): Promise<PieceAnswer> {
  await demand(user, 'manageImages', { action: 'image-upload', target: id })
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== 'application/octet-stream') throw new BaseboardError('not-bytes', 415, 'send the piece as content-type application/octet-stream')
  const offset = request.headers.get(offsetHeader) ?? ''
  if (!/^\d{1,15}$/.test(offset)) throw invalid(offsetHeader, 'says where in the image the piece begins, in bytes')
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > longestPieceBytes) throw new BaseboardError('too-large', 413, `a piece has at most ${longestPieceBytes} bytes`)
  return sendPieceTo(id, Number(offset), request.body ?? new Blob([]).stream(), { length: length === null ? null : Number(length), limitBytes: longestPieceBytes })
}

/** What is wrong with an address, said at once; the depot looks again, at where its name leads too. */
function toSource(text: string, limits: ImageLimits): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw invalid('url', 'is no address such as https://mirror.example.org/rocky.iso')
  if (url.username !== '' || url.password !== '') throw invalid('url', 'holds a name or a password: they would be kept, so they are not taken')
  if (!fetchList(limits.fetchFrom).allowsUrl(url)) throw invalid('url', `${url.host} is not among the places that images are fetched from: an administrator adds it to the list of the library`, 403, 'not-allowed')
  url.hash = ''
  return url
}

function toName({ pathname }: URL): string {
  const name = toImageName(pathname)
  if (name === null) throw invalid('name', 'is needed: the address does not end in the name of an .iso')
  return name
}

/** Asks the depot to fetch an image. */
export async function fetchImage(user: SignedInUser, asked: ImageFetch): Promise<Image> {
  const attempt = { action: 'image-fetch', target: asked.name ?? toShown(asked.url)!, detail: { url: toShown(asked.url), ...(asked.sha256 === undefined ? {} : { expectedSha256: asked.sha256 }) } }
  await demand(user, 'manageImages', attempt)
  const limits = await readImageLimits()
  const url = await Promise.resolve()
    .then(() => toSource(asked.url, limits))
    .catch((error: unknown) => (error instanceof BaseboardError && error.code === 'not-allowed' ? refuse(user, attempt, error) : Promise.reject(error)))
  const name = asked.name ?? toName(url)
  return change(async (tx) => {
    const made = await db.insertImage(tx, { name, bytes: null, expectedSha256: asked.sha256 ?? null, mark: null, source: url.href, ...whoOf(user) })
    if (made === null) throw nameTaken(name)
    await record(tx, user, { ...attempt, target: name, outcome: 'intent' })
    return toImage(made)
  })
}

/** Removes an image, or stops what is on its way. Throws `image-used` (409) while a BMC may read it. */
export async function removeImage(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageImages', { action: 'image-remove', target: id })
  const used = await change(async (tx) => {
    const image = await db.lockImage(tx, id)
    if (image === null) throw unknownImage(id)
    const usedBy = (await db.listImageUsers(tx)).get(id) ?? []
    if (usedBy.length > 0) return { image, usedBy }
    await db.deleteImage(tx, id)
    await record(tx, user, { action: 'image-remove', target: image.name, outcome: 'ok', detail: { state: image.state, bytes: image.bytes, sha256: image.sha256 } })
    return null
  })
  if (used === null) return
  const { image, usedBy } = used
  const error = new BaseboardError('image-used', 409, `${image.name} is mounted at ${foldNames(usedBy)}: eject it there first`)
  await refuse(user, { action: 'image-remove', target: image.name, detail: { nodes: foldNames(usedBy) } }, error)
}

/** Changes how much room the library takes, and from where it may fetch. */
export async function changeImageLimits(user: SignedInUser, patch: ImageLimitsPatch): Promise<ImageLimits> {
  await demand(user, 'manageImages', { action: 'settings-change', target: 'images' })
  const given = patch.fetchFrom === undefined ? patch : { ...patch, fetchFrom: toFetchFrom(patch.fetchFrom) }
  return change(async (tx) => {
    const before = await readImageLimits(tx)
    const after = { ...before, ...given }
    await writeSetting('images', after, tx)
    await record(tx, user, { action: 'settings-change', target: 'images', outcome: 'ok', detail: { ...given, before } })
    return after
  })
}

function toFetchFrom(texts: readonly string[]): string[] {
  try {
    return parseFetchList(texts)
  } catch (error) {
    throw error instanceof RangeError ? invalid('fetchFrom', error.message) : error
  }
}
