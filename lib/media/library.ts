import type { AuditEntry } from '#lib/domain/audit.ts'
import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { beginChecking, deleteOldFailures, failImage, findKeptImage, forgetSource, listKeptImages, noteChecked, noteReceived, publishImage, type KeptImage } from '#lib/db/images-kept.ts'
import { listen } from '#lib/db/listen.ts'
import { readImageLimits } from '#lib/db/settings.ts'
import type { ImageFailure } from '#lib/domain/image.ts'
import { roomFor, toNoRoomText } from '#lib/domain/image-space.ts'
import { checkImage } from './check.ts'
import { fetchFile, type FetchOptions } from './fetch.ts'
import { imageFolder, isDiskFull, sizeOf } from './folder.ts'
import { FetchFailed } from './open-url.ts'
import { createReceiver } from './receive.ts'

export type LibraryOptions = {
  db: Database
  folder: string
  complain: (text: string) => void
  /** For tests: how names are resolved, which certificates are trusted, how long a fetch pauses. */
  fetch?: Pick<FetchOptions, 'resolve' | 'ca' | 'pauseMs'>
  everyMs?: number
}

/** An upload that nobody goes on with is given up after a day, and why something failed is told for a week. */
const abandonedMs = 24 * 3_600_000
const failuresKeptDays = 7
const usualEveryMs = 60_000

/** Nobody wants it any more: its row is gone. */
class Removed extends Error {}

/**
 * The image library on the disk. Rows say what shall be; this makes it so: takes what is uploaded, fetches, checks, publishes, and
 * removes every file that has no row. Whatever it was in the middle of when it ended, it takes up again at its next start.
 */
export function startLibrary({ db, folder: path, complain, fetch: fetchOptions = {}, everyMs = usualEveryMs }: LibraryOptions) {
  const folder = imageFolder(path)
  const stop = new AbortController()
  /** What runs now, by image: a fetch or a check. */
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>()
  /** Files are summed one after the other: a core is enough. */
  let lastCheck: Promise<void> = Promise.resolve()

  const receiver = createReceiver({ db, folder, onWhole: begin })

  const audit = (image: KeptImage, outcome: AuditEntry['outcome'], detail: Record<string, unknown>): AuditEntry => ({
    actor: image.by,
    actorKind: image.byKind,
    ip: image.ip,
    requestId: image.requestId,
    action: image.source === null ? 'image-upload' : 'image-fetch',
    node: null,
    target: image.name,
    outcome,
    operationId: null,
    detail,
  })

  async function fail(image: KeptImage, failure: ImageFailure): Promise<void> {
    if (await failImage(db, image.id, failure, audit(image, 'failed', { ...failure }))) await folder.remove(image.id)
  }

  async function check(image: KeptImage, signal: AbortSignal): Promise<void> {
    const isInPlace = (await sizeOf(folder.partOf(image.id))) === null
    const file = isInPlace ? folder.fileOf(image.id) : folder.partOf(image.id)
    if ((await sizeOf(file)) === null) return fail(image, { code: 'disk', text: 'its file is gone' })
    const found = await checkImage(file, { expectedSha256: image.expectedSha256, signal, onProgress: (bytes) => noteChecked(db, image.id, bytes) })
    if (found === 'stopped') return
    if ('failure' in found) return fail(image, found.failure)
    if (!isInPlace) await folder.publish(image.id)
    const { label, bootEntries } = found.facts
    await publishImage(db, image.id, found, audit(image, 'ok', { bytes: image.bytes, sha256: found.sha256, label, boots: bootEntries.map(({ platform }) => platform) }))
  }

  /** Throws FetchFailed where what is coming does not fit. */
  async function demandRoom(id: string, received: number, bytes: number | null): Promise<void> {
    const [images, limits, disk] = [await listKeptImages(db), await readImageLimits(db.prisma), await folder.space()]
    const others = images.filter((one) => one.id !== id)
    const room = roomFor(others, limits, disk)
    // What has come is on the disk already; of the quota it is still to be counted.
    const wanted = room.limit === 'quota' ? Math.max(bytes ?? 0, received) : Math.max((bytes ?? 0) - received, 0)
    if (wanted > room.leftBytes || (bytes === null && room.leftBytes === 0)) throw new FetchFailed(room.limit, toNoRoomText(wanted, room, limits))
  }

  async function fetchImage(image: KeptImage, signal: AbortSignal): Promise<KeptImage | null> {
    const { fetchFrom } = await readImageLimits(db.prisma)
    const bytes = await fetchFile({
      ...fetchOptions,
      url: image.source!,
      list: fetchFrom,
      path: folder.partOf(image.id),
      signal,
      async onProgress(received, whole) {
        await demandRoom(image.id, received, whole)
        if (!(await noteReceived(db, image.id, received, whole))) throw new Removed()
      },
    })
    return (await beginChecking(db, image.id, bytes)) ? findKeptImage(db, image.id) : null
  }

  /** Does what one image needs now, to its end. Its row is read anew: what a list said of it may be over. */
  async function work(id: string, signal: AbortSignal): Promise<void> {
    const image = await findKeptImage(db, id)
    if (image === null || !['fetching', 'checking'].includes(image.state)) return
    try {
      const whole = image.state === 'fetching' ? await fetchImage(image, signal) : image
      if (whole === null) return
      const turn = lastCheck.then(() => (signal.aborted ? undefined : check(whole, signal)))
      lastCheck = turn.catch(() => {})
      await turn
    } catch (error) {
      if (error instanceof Removed || signal.aborted) return
      if (error instanceof FetchFailed) return await fail(image, { code: error.code, text: error.message })
      if (isDiskFull(error)) return await fail(image, { code: 'disk-full', text: null })
      complain(`image ${image.name}: ${error instanceof Error ? error.message : String(error)}`)
      // With the database away nothing can be said; the row stays as it is, and it is taken up again.
      if (!isAway(error)) await fail(image, { code: 'disk', text: (error as NodeJS.ErrnoException | null)?.code ?? null })
    } finally {
      if (image.source !== null && !signal.aborted) await forgetSource(db, image.id).catch(() => {})
    }
  }

  function begin(id: string): void {
    if (stop.signal.aborted || running.has(id)) return
    const abort = new AbortController()
    const done = work(id, AbortSignal.any([abort.signal, stop.signal]))
      .catch((error: unknown) => complain(`image ${id}: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        running.delete(id)
        // Its row went while it ran: now its file may.
        if (abort.signal.aborted) wake()
      })
    running.set(id, { abort, done })
  }

  /** Makes the disk what the rows say. The files are looked at first: a row is there before its file. */
  async function reconcile(): Promise<void> {
    const files = await folder.ids()
    const images = await listKeptImages(db)
    const kept = new Set(images.filter(({ state }) => state !== 'failed').map(({ id }) => id))
    for (const [id, { abort }] of running) if (!kept.has(id)) abort.abort()
    for (const id of files) {
      if (kept.has(id) || running.has(id) || receiver.isBusy(id)) continue
      receiver.forget(id)
      await folder.remove(id)
    }
    for (const image of images) {
      if (image.state === 'fetching' || image.state === 'checking') begin(image.id)
      if (image.state === 'uploading' && image.received === image.bytes && (await beginChecking(db, image.id, image.received))) begin(image.id)
      else if (image.state === 'uploading' && Date.now() - image.movedAt.getTime() > abandonedMs && !receiver.isBusy(image.id)) await fail(image, { code: 'abandoned', text: null })
    }
  }

  /** Not at each look: a row that goes tells the depot to look, and so does a statement that finds none to delete. */
  function forgetOld(): void {
    deleteOldFailures(db, failuresKeptDays).catch((error: unknown) => isAway(error) || complain(`the image library: ${error instanceof Error ? error.message : String(error)}`))
    wake()
  }

  let isAsked = false
  let reconciling: Promise<void> | null = null
  /** Soon, and never twice at once. */
  function wake(): void {
    isAsked = true
    reconciling ??= (async () => {
      while (isAsked && !stop.signal.aborted) {
        isAsked = false
        await reconcile().catch((error: unknown) => complain(`the image library: ${error instanceof Error ? error.message : String(error)}`))
      }
      reconciling = null
    })()
  }

  const ears = listen(['images'], wake, { reconnected: wake, url: db.url })
  ears.ready.then(wake, () => {})
  const timer = setInterval(forgetOld, everyMs)
  wake()

  return {
    folder,
    receive: receiver.receive,
    /** Looks at once what is to be done. */
    wake,
    /** Ends what runs; it goes on at the next start. */
    async close(): Promise<void> {
      stop.abort()
      clearInterval(timer)
      await Promise.all([ears.close(), reconciling, ...[...running.values()].map(({ done }) => done)])
    },
  }
}

export type Library = ReturnType<typeof startLibrary>
