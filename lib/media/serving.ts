import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '#lib/config/environment.ts'
import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { writeDepotState } from '#lib/db/depot-state.ts'
import { hashLinkToken } from '#lib/db/image-links.ts'
import { addLinkCounts, findLinkByToken, findLinks } from '#lib/db/link-reads.ts'
import { listen } from '#lib/db/listen.ts'
import { readMediaAddress } from '#lib/db/settings.ts'
import type { DepotFinding } from '#lib/domain/depot.ts'
import { createDoor, type Door } from './door.ts'
import { keepCertificate } from './http/certificate.ts'
import { createImageServer } from './http/image-server.ts'
import { imageFiles } from './image-files.ts'
import { createHandles, keepHandleKey } from './nfs/handles.ts'
import { rpcDoors } from './nfs/doors.ts'
import { permits } from './permits.ts'
import { checkAddress, ownAddresses } from './self-check.ts'

type Ports = Pick<Config, 'DEPOT_HOST' | 'DEPOT_HTTP_PORT' | 'DEPOT_HTTPS_PORT' | 'DEPOT_NFS_PORT' | 'DEPOT_PORTMAP_PORT' | 'DEPOT_TLS_CERT' | 'DEPOT_TLS_KEY'>
export type ServingOptions = { db: Database; folder: string; ports: Ports; complain: (text: string) => void }

export type Serving = {
  /** The doors as they are now. */
  doors: () => { protocol: Door['protocol']; port: number }[]
  /** Counts are written and links looked at again; the test's way to a second that has passed. */
  flush: () => Promise<void>
  close: () => Promise<void>
}

const flushMs = 1_000
const lookMs = 30_000
const repeatMs = 60_000

const toText = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** The same sentence once a minute: a disk that cannot be read fails a thousand times a second. */
function seldom(say: (text: string) => void) {
  const said = new Map<string, number>()
  return (text: string) => {
    const now = performance.now()
    if (now - (said.get(text) ?? -Infinity) < repeatMs) return
    if (said.size > 100) said.clear()
    said.set(text, now)
    say(text)
  }
}

/**
 * Serves the images of `folder` to BMCs, and says in DepotState what it serves and what stands in the way. A port that cannot be opened is a
 * finding and no end: the library and the other doors go on.
 */
export async function startServing({ db, folder, ports, complain: say }: ServingOptions): Promise<Serving> {
  const own = join(folder, 'serving')
  mkdirSync(own, { recursive: true, mode: 0o700 })
  const complain = seldom(say)
  const proof = randomBytes(16).toString('hex')
  const files = imageFiles(folder)
  const links = permits({ byToken: (token) => findLinkByToken(db, hashLinkToken(token)), byIds: (ids) => findLinks(db, ids), add: (counts) => addLinkCounts(db, counts) })
  const options = { permits: links, files, proof, complain }
  const stop = new AbortController()
  let address: string | null = null
  let secure: Server | undefined

  const certificate = () => {
    if (ports.DEPOT_TLS_CERT !== undefined && ports.DEPOT_TLS_KEY !== undefined) return { cert: readFileSync(ports.DEPOT_TLS_CERT, 'utf8'), key: readFileSync(ports.DEPOT_TLS_KEY, 'utf8') }
    return keepCertificate(own, address === null ? ownAddresses() : [address])
  }
  const doors: Door[] = []
  if (ports.DEPOT_HTTP_PORT !== null) doors.push(createDoor('http', ports.DEPOT_HTTP_PORT, ports.DEPOT_HOST, () => createImageServer(options)))
  if (ports.DEPOT_HTTPS_PORT !== null) {
    doors.push(createDoor('https', ports.DEPOT_HTTPS_PORT, ports.DEPOT_HOST, () => (secure = createImageServer({ ...options, tls: certificate() }) as Server)))
  }
  const rpc = rpcDoors({ permits: links, files, handles: () => createHandles(keepHandleKey(join(own, 'nfs-handle.key'))), complain, host: ports.DEPOT_HOST, nfsPort: ports.DEPOT_NFS_PORT, portmapPort: ports.DEPOT_PORTMAP_PORT })
  doors.push(...rpc.doors)
  const openDoors = () => doors.flatMap((door) => (door.open() === null ? [] : [{ protocol: door.protocol, port: door.open()! }]))

  /** Says a trouble when it begins, not once a second. */
  function troubleOf(what: string) {
    let isTold = false
    return async (work: () => Promise<void>) => {
      try {
        await work()
        isTold = false
      } catch (error) {
        if (!isTold) complain(`${what}: ${isAway(error) ? 'the database is away; what is counted is kept until it is back' : toText(error)}`)
        isTold = true
      }
    }
  }

  async function look(): Promise<void> {
    const before = address
    address = (await readMediaAddress(db.prisma)).address
    if (address !== before && secure !== undefined) secure.setSecureContext(certificate())
    const tried = await Promise.all([...doors.map((door) => door.tryOpen()), rpc.tryPortmapper()])
    const closed = tried.filter((one): one is DepotFinding => one !== null)
    const open = openDoors()
    const findings = [...closed, ...(await checkAddress(address, open, proof))]
    await writeDepotState(db, { doors: open, addresses: ownAddresses(), mediaAddress: address, findings })
    await files.closeIdle()
  }

  /** One at a time: a notice that comes in the middle is answered by one more. */
  function oneAtATime(work: () => Promise<void>) {
    let running: Promise<void> | null = null
    let again = false
    const run = (): Promise<void> => {
      if (running !== null) {
        again = true
        return running
      }
      running = work().finally(() => {
        running = null
        if (again) {
          again = false
          void run()
        }
      })
      return running
    }
    return run
  }

  const [onFlush, onLook] = [troubleOf('counting what is read'), troubleOf('looking at the ports of images')]
  const flush = oneAtATime(() => onFlush(() => links.flush()))
  const lookNow = oneAtATime(() => onLook(look))
  const every = async (ms: number, work: () => Promise<void>) => {
    while (!stop.signal.aborted) {
      await sleep(ms, undefined, { signal: stop.signal }).catch(() => {})
      if (!stop.signal.aborted) await work()
    }
  }
  const line = listen(['image_link', 'media_address'], ({ channel }) => void (channel === 'image_link' ? flush() : lookNow()), {
    url: db.url,
    // What was said while nobody listened is seen by looking.
    reconnected: () => void Promise.all([flush(), lookNow()]),
  })
  await lookNow()
  line.ready.then(lookNow, () => {})
  const running = [every(flushMs, flush), every(lookMs, lookNow)]

  return {
    doors: openDoors,
    flush: () => links.flush(),
    async close() {
      stop.abort()
      for (const door of doors) door.close()
      rpc.closePortmapper()
      await Promise.all([line.close(), ...running])
      await links.flush().catch(() => {})
      await files.close()
    },
  }
}
