import { createGzip, type Gzip } from 'node:zlib'
import { once } from 'node:events'
import { setImmediate as breathe } from 'node:timers/promises'
import type { RecordingEnd, RecordingProgress, RecordingSummary } from '#lib/domain/recording.ts'
import { createFrontier } from '#lib/redfish/frontier.ts'
import { createMask, type Mask } from '#lib/redfish/mask/mask.ts'

/** A resource as it came. `json` is its body as text, where it is JSON; `text` the beginning of another body. */
export type FetchedResource = { status: number; json: string | null; text: string; seconds: number }

export type RecorderLimits = { resources: number; bytes: number }
export const recorderLimits: RecorderLimits = { resources: 5_000, bytes: 64 * 1024 * 1024 }

/** Links that are remembered; a tree of 5,000 resources names no more. */
const MAX_LINKS = 50_000
const ROOT = '/redfish/v1/'
/** The event loop has other nodes to serve: after so long others have their turn. */
const SLICE_MS = 15

export type TreeRecorder = {
  /** The next resource to read, or why there is none. */
  next(): { path: string } | { end: Exclude<RecordingEnd, 'stopped' | 'silent'> }
  /** null: it gave no answer that could be kept, and will not be asked again. */
  take(path: string, fetched: FetchedResource | null): void
  progress(): RecordingProgress
  /** The masked recording as a gzipped file, and what is in it. Call it once. */
  finish(end: RecordingEnd): Promise<{ file: Buffer; summary: RecordingSummary }>
}

/** Gathers a node's tree as it came, and masks it when all of it is there: only then is every serial known that a log may name. */
export function createTreeRecorder(limits: RecorderLimits = recorderLimits): TreeRecorder {
  const frontier = createFrontier(ROOT, MAX_LINKS)
  const taken = new Map<string, FetchedResource>()
  let bytes = 0
  let missed = 0

  function next(): ReturnType<TreeRecorder['next']> {
    if (taken.size >= limits.resources) return { end: frontier.waiting() === 0 ? 'whole' : 'too-many' }
    if (bytes >= limits.bytes) return { end: 'too-large' }
    const path = frontier.next()
    return path === undefined ? { end: 'whole' } : { path }
  }

  function take(path: string, fetched: FetchedResource | null): void {
    if (fetched === null) return void missed++
    bytes += Buffer.byteLength(fetched.json ?? fetched.text)
    taken.set(toKey(path), fetched)
    if (fetched.json !== null && fetched.status === 200) frontier.add(JSON.parse(fetched.json))
  }

  async function finish(end: RecordingEnd): Promise<{ file: Buffer; summary: RecordingSummary }> {
    const mask = createMask()
    await inSlices(taken.values(), ({ json }) => json !== null && mask.learn(JSON.parse(json)))
    const file = await pack(taken, mask)
    const errors = [...taken.values()].filter((one) => !isResource(one)).length
    const summary = { end, resources: taken.size - errors, errors, unread: frontier.waiting() + frontier.skipped() + missed, bytes: file.length, masked: mask.counts() }
    return { file, summary }
  }

  return {
    next,
    take,
    progress: () => ({ read: taken.size, known: taken.size + frontier.waiting(), bytes }),
    finish,
  }
}

/** A path as recordings have it: without a last slash. */
const toKey = (path: string) => path.replace(/(?<=.)\/$/, '')

const isResource = ({ status, json }: FetchedResource) => status === 200 && json !== null

async function inSlices<T>(items: Iterable<T>, work: (item: T) => unknown): Promise<void> {
  let sinceMs = performance.now()
  for (const item of items) {
    await work(item)
    if (performance.now() - sinceMs < SLICE_MS) continue
    await breathe()
    sinceMs = performance.now()
  }
}

/** Writes the masked recording part by part, so that it is never in memory as a whole a second time. */
async function pack(taken: ReadonlyMap<string, FetchedResource>, mask: Mask): Promise<Buffer> {
  const gzip = createGzip()
  const chunks: Buffer[] = []
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = once(gzip, 'end')
  const all = [...taken]
  const machine: Record<string, string> = { recorded_by: 'Baseboard' }

  const resources = all.filter(([, one]) => isResource(one))
  await writeList(gzip, '{"resources":{', resources, ([path, { json }]) => {
    const body = mask.mask(JSON.parse(json!))
    describe(machine, body)
    return `${JSON.stringify(mask.maskText(path))}:${JSON.stringify(body)}`
  })
  await writeList(gzip, '},"seconds":{', all, ([path, { seconds }]) => `${JSON.stringify(mask.maskText(path))}:${seconds}`)
  const errors = all.filter(([, one]) => !isResource(one))
  await writeList(gzip, '},"errors":[', errors, ([path, { status, json, text }]) => {
    const raw = json === null ? mask.maskText(text) : JSON.stringify(mask.mask(JSON.parse(json)))
    return JSON.stringify({ path: mask.maskText(path), status, raw })
  })
  gzip.end(`],"machine":${JSON.stringify(machine)}}`)
  await ended
  return Buffer.concat(chunks)
}

async function writeList<T>(gzip: Gzip, opening: string, items: readonly T[], toText: (item: T) => string): Promise<void> {
  gzip.write(opening)
  let separator = ''
  await inSlices(items, async (item) => {
    const isRoom = gzip.write(separator + toText(item))
    separator = ','
    if (!isRoom) await once(gzip, 'drain')
  })
}

/** Which machine it is, as far as its resources say; the first that says so counts. */
function describe(machine: Record<string, string>, body: unknown): void {
  if (typeof body !== 'object' || body === null) return
  const of = body as Record<string, unknown>
  const type = typeof of['@odata.type'] === 'string' ? of['@odata.type'] : ''
  const note = (name: string, value: unknown) => {
    if (typeof value === 'string' && value.trim() !== '') machine[name] ??= value.trim().slice(0, 100)
  }
  if (type.startsWith('#ServiceRoot.')) note('redfish_version', of['RedfishVersion'])
  if (type.startsWith('#Manager.')) note('bmc_firmware', of['FirmwareVersion'])
  if (type.startsWith('#ComputerSystem.')) {
    note('vendor', of['Manufacturer'])
    note('model', of['Model'])
  }
}
