import type { Image as Row } from '#gen/prisma/client.ts'
import { imageFacts, imageFailure, type ImageFacts, type ImageFailure, type ImageState } from '#lib/domain/image.ts'
import { prisma, type Transaction } from './client.ts'

/** An image as everybody reads it; sizes in bytes. `name` is what people call it, its file is called by `id`. */
export type ImageFound = {
  id: string
  name: string
  state: ImageState
  /** null while a fetch has not been answered. */
  bytes: number | null
  received: number
  checked: number
  sha256: string | null
  expectedSha256: string | null
  mark: string | null
  facts: ImageFacts | null
  source: string | null
  by: string
  createdAt: Date
  movedAt: Date
  readyAt: Date | null
  failure: ImageFailure | null
}

const toImage = ({ byKind: _kind, ip: _ip, requestId: _request, ...row }: Row): ImageFound => ({
  ...row,
  state: row.state as ImageState,
  bytes: row.bytes === null ? null : Number(row.bytes),
  received: Number(row.received),
  checked: Number(row.checked),
  facts: row.facts === null ? null : imageFacts.parse(row.facts),
  failure: row.failure === null ? null : imageFailure.parse(row.failure),
})

type Reader = Pick<Transaction, 'image'>

/** Every image, those that are still coming and those that failed too, by name. */
export async function listImages(reader: Reader = prisma()): Promise<ImageFound[]> {
  return (await reader.image.findMany({ orderBy: { name: 'asc' } })).map(toImage)
}

export async function findImage(id: string, reader: Reader = prisma()): Promise<ImageFound | null> {
  const row = await reader.image.findUnique({ where: { id } })
  return row === null ? null : toImage(row)
}

/** The image that BMCs may read by this name; null when there is none that is ready. */
export async function findReadyImage(name: string, reader: Reader = prisma()): Promise<ImageFound | null> {
  const row = await reader.image.findUnique({ where: { name, state: 'ready' } })
  return row === null ? null : toImage(row)
}

export type NewImage = {
  name: string
  bytes: number | null
  expectedSha256: string | null
  mark: string | null
  source: string | null
  by: string
  byKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
}

/** Begins an image in place of one of that name that failed; null while another one has the name. */
export async function insertImage(tx: Transaction, image: NewImage): Promise<ImageFound | null> {
  await tx.image.deleteMany({ where: { name: image.name, state: 'failed' } })
  const state = image.source === null ? 'uploading' : 'fetching'
  const rows = await tx.image.createManyAndReturn({ data: [{ ...image, state }], skipDuplicates: true })
  return rows[0] === undefined ? null : toImage(rows[0])
}

/** Locks an image for a change of it. */
export async function lockImage(tx: Transaction, id: string): Promise<ImageFound | null> {
  await tx.$queryRaw`SELECT id::text FROM "Image" WHERE id = ${id}::uuid FOR UPDATE`
  return findImage(id, tx)
}

/** Takes an image from the library. Its file goes when the depot sees that the row is gone. */
export async function deleteImage(tx: Transaction, id: string): Promise<void> {
  await tx.image.deleteMany({ where: { id } })
}

export async function findImageOfName(name: string, reader: Reader = prisma()): Promise<ImageFound | null> {
  const row = await reader.image.findUnique({ where: { name } })
  return row === null ? null : toImage(row)
}

/** Those who announce images wait for each other, to the end of their transactions. */
export async function lockLibrary(tx: Transaction): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('images'))::text`
}

/** The nodes whose BMC may read an image at this moment, by image, in their order. */
export async function listImageUsers(reader: Pick<Transaction, '$queryRaw'> = prisma()): Promise<Map<string, string[]>> {
  const rows = await reader.$queryRaw<{ id: string; nodes: string[] }[]>`
    SELECT l."imageId"::text AS id, array_agg(DISTINCT n.name ORDER BY n.name) AS nodes FROM "ImageLink" l JOIN "Node" n ON n.id = l."nodeId"
    WHERE l."revokedAt" IS NULL AND l."expiresAt" > now() GROUP BY l."imageId"`
  return new Map(rows.map(({ id, nodes }) => [id, nodes]))
}
