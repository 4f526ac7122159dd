import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import * as z from 'zod/mini'
import { image, imageList, offsetHeader, pieceAnswer, type Image } from '#lib/api/images-contract.ts'
import { bootsBy, toImageName, type ImageFacts } from '#lib/domain/image.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import type { Client } from '../client.ts'
import { textOf, type Command, type Context } from '../command.ts'
import { exitCodes, Failure, misuse } from '../failure.ts'
import { toTable, type Output } from '../output.ts'

const pieceBytes = 8 * 1024 * 1024
const lookMs = 500
const retryMs = [500, 1_000, 2_000, 4_000, 8_000]

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The image library: see, upload, fetch, remove. */
export const images: Command = {
  summary: 'the ISO images that nodes can be installed from',
  usage: ['images [list]', 'images upload FILE [--name NAME.iso] [--sha256 SUM]', 'images fetch URL [--name NAME.iso] [--sha256 SUM]', 'images rm NAME'],
  options: { name: { type: 'string' }, sha256: { type: 'string' } },
  async run(context) {
    const [verb = 'list', ...rest] = context.args
    if (verb === 'list' && rest.length === 0) return list(context)
    const [what] = rest
    if (what === undefined || rest.length > 1) throw misuse('say what: «images upload FILE», «images fetch URL» or «images rm NAME»')
    if (verb === 'upload') return upload(context, what)
    if (verb === 'fetch') return fetchIt(context, what)
    if (verb === 'rm' || verb === 'remove') return remove(context, what)
    throw misuse(`there is no «images ${verb}»: list, upload, fetch, rm`)
  },
}

const toBoots = (facts: ImageFacts | null) => {
  if (facts === null) return ''
  const by = (['bios', 'uefi'] as const).filter((platform) => bootsBy(facts, platform)).map((platform) => platform.toUpperCase())
  return by.length === 0 ? 'not bootable' : by.join('+')
}

async function list({ client, output }: Context): Promise<number> {
  const found = await (await client()).ask(imageList, '/api/images')
  if (output.json) output.out(JSON.stringify(found))
  else {
    const ready = found.images.map((one) => [one.name, toSizeText(one.bytes ?? 0), toBoots(one.facts), one.sha256 ?? '', one.usedBy.join(',')])
    const coming = found.coming.map((one) => [one.name, one.bytes === null ? '' : toSizeText(one.bytes), toState(one), '', ''])
    for (const line of toTable([...ready, ...coming])) output.out(line)
    if (ready.length + coming.length === 0) output.note('no images yet: baseboard images upload FILE')
  }
  return exitCodes.ok
}

const toState = ({ state, bytes, received, checked, failure }: Image) =>
  failure !== null ? `failed: ${[failure.code, failure.text].filter((word) => word !== null && word !== '').join(', ')}` : bytes === null || bytes === 0 ? state : `${state} ${Math.floor(((state === 'checking' ? checked : received) * 100) / bytes)}%`

const expected = (values: Context['values']) => {
  const sum = textOf(values, 'sha256')
  return sum === undefined ? {} : { sha256: sum }
}

async function upload({ client, output, values }: Context, path: string): Promise<number> {
  const name = textOf(values, 'name') ?? toImageName(basename(path))
  if (name === null) throw misuse(`${path} does not end in .iso: say --name NAME.iso`)
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${path} cannot be read: ${error.code ?? error.message}`)
  })
  try {
    const { size } = await file.stat()
    const own = await client()
    const announced = await own.ask(image, '/api/images', { method: 'POST', body: { name, bytes: size, mark: await markOf(file, size), ...expected(values) } })
    if (announced.received > 0) output.note(`${name}: goes on at ${toSizeText(announced.received)}`)
    await sendAll(own, output, announced, file)
    return await settle(own, output, announced.id)
  } finally {
    await file.close()
  }
}

async function readPart(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}

/** Its length and the sum of its edges: the same as a browser makes, so that either goes on with the other's upload. */
async function markOf(file: FileHandle, size: number): Promise<string> {
  const edge = 1024 * 1024
  const hash = createHash('sha256')
  hash.update(await readPart(file, 0, edge))
  hash.update(await readPart(file, Math.max(0, size - edge), edge))
  return `${size}-${hash.digest('hex')}`
}

/** A broken line is tried again from where the depot is; what Baseboard refuses is not. */
async function sendAll(client: Client, output: Output, { id, name, received, bytes }: Image, file: FileHandle): Promise<void> {
  for (let offset = received, failures = 0, isWhole = false; !isWhole; ) {
    try {
      const answer = await client.send(`/api/images/${id}/bytes`, await readPart(file, offset, pieceBytes), { [offsetHeader]: String(offset) })
      const now = z.parse(pieceAnswer, await answer.json())
      ;[offset, failures, isWhole] = [now.received, 0, now.state !== 'uploading']
      output.progress(`${name}: ${toSizeText(offset)} of ${toSizeText(bytes ?? 0)}`)
    } catch (error) {
      if (!(error instanceof Failure) || error.exitCode !== exitCodes.away || failures >= retryMs.length) throw error
      output.note(`${error.message}; trying again`)
      await sleep(retryMs[failures++]!)
      const known = await client.ask(image, `/api/images/${id}`).catch(() => null)
      if (known !== null) [offset, isWhole] = [known.received, known.state !== 'uploading']
    }
  }
}

async function fetchIt({ client, output, values }: Context, url: string): Promise<number> {
  const own = await client()
  const name = textOf(values, 'name')
  const { id } = await own.ask(image, '/api/images/fetches', { method: 'POST', body: { url, ...(name === undefined ? {} : { name }), ...expected(values) } })
  return settle(own, output, id)
}

/** Waits until an image is ready, or failed. */
async function settle(client: Client, output: Output, id: string): Promise<number> {
  for (;;) {
    const now = await client.ask(image, `/api/images/${id}`)
    if (now.state === 'ready' || now.state === 'failed') {
      output.progress('')
      if (output.json) output.out(JSON.stringify(now))
      else output.out(now.state === 'ready' ? `${now.name}  ${toSizeText(now.bytes ?? 0)}  ${toBoots(now.facts)}  ${now.sha256}` : `${now.name}: ${toState(now)}`)
      return now.state === 'ready' ? exitCodes.ok : exitCodes.partly
    }
    output.progress(`${now.name}: ${toState(now)}`)
    await sleep(lookMs)
  }
}

async function remove({ client, output }: Context, name: string): Promise<number> {
  const own = await client()
  const { images: ready, coming } = await own.ask(imageList, '/api/images')
  const found = [...ready, ...coming].find((one) => one.name === name)
  if (found === undefined) throw new Failure(exitCodes.refused, `there is no image ${name}: «baseboard images» lists them`)
  await own.tell(`/api/images/${found.id}`, { method: 'DELETE' })
  if (output.json) output.out(JSON.stringify({ removed: name }))
  else output.out(`${name}: removed`)
  return exitCodes.ok
}
