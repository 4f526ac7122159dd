import type { Command } from '../command.ts'
import { getDeviceId } from '../commands/app.ts'
import {
  getDeviceSdr,
  getSdr,
  getSdrRepositoryInfo,
  reserveDeviceSdrRepository,
  reserveSdrRepository,
  type GetSdrRequest,
  type GetSdrResponse,
  type SdrRepositoryInfo,
} from '../commands/storage.ts'
import { IpmiError } from '../errors.ts'
import type { IpmiSession, SendOptions } from '../session.ts'
import type { Workarounds } from '../workarounds.ts'
import { sdrHeaderLength, sdrLength } from './record.ts'
import { shareSdrs } from './shared.ts'

/** What the readers of this room need of a session. */
export type Sender = Pick<IpmiSession, 'send'> & { readonly workarounds?: Workarounds }

type Source = {
  readonly get: Command<GetSdrRequest, GetSdrResponse>
  readonly reserve: Command<void, { readonly reservationId: number }>
}
const repository: Source = { get: getSdr, reserve: reserveSdrRepository }
const deviceSdrs: Source = { get: getDeviceSdr, reserve: reserveDeviceSdrRepository }

/** By what a repository is known to be unchanged: its own times, and how many records it says it has. */
export type SdrStamp = Pick<SdrRepositoryInfo, 'recordCount' | 'lastAddition' | 'lastErase'>

export type SdrRepository = {
  /** Records as sent, in the order of the chain. */
  readonly raw: readonly Buffer[]
  /** To know whether it has changed; undefined for device SDRs. */
  readonly info?: SdrStamp
  /** Why the chain was left before its end; what was read until then is kept. */
  readonly problem?: IpmiError
}

/** The chain ends with this next record id. */
const lastRecordId = 0xffff
const wholeRecord = 0xff
const firstPartialChunk = 32
const leastChunk = 4
const greatestRecords = 10_000
/** Somebody else who reads the same repository cancels our reservation again and again. */
const greatestReservations = 100

/** Codes by which BMCs say that they cannot send so much at once: C6h, C7h, C8h, C9h, CAh, CCh, FFh have been seen. */
const tooMuchCodes: ReadonlySet<number> = new Set([0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xcc, 0xff])
const reservationLost = 0xc5
/** "Invalid command": there is no repository, or nothing to reserve. */
const isUnsupported = (error: unknown): boolean =>
  error instanceof IpmiError && (error.completionCode === 0xc1 || error.completionCode === 0xc2 || error.completionCode === 0xd6)

/**
 * All sensor data records of a BMC. With `cached` (an earlier result) the repository is only read again when its times or
 * its count have changed. Rejects only when not even the first record can be read.
 */
export async function readSdrRepository(session: Sender, options: SendOptions & { readonly cached?: SdrRepository } = {}): Promise<SdrRepository> {
  const { cached, ...sendOptions } = options
  const info = await readInfo(session, sendOptions)
  if (cached?.info && info && !cached.problem && isUnchanged(cached.info, info)) return cached
  const source = info ? repository : deviceSdrs
  if (!info) await requireDeviceSdrs(session, sendOptions)
  const raw: Buffer[] = []
  try {
    // Some Inspur boards lead on from the last record to one that is not there.
    const most = session.workarounds?.has('assumemaxsdrrecordcount') ? info?.recordCount : undefined
    for await (const record of readChain(session, source, sendOptions)) {
      raw.push(record)
      if (raw.length === most) break
    }
    return { raw: shareSdrs(raw), info }
  } catch (error) {
    // Dell FC830 answers the last record with C3h; a chain that breaks late is worth what came before.
    const isWorthKeeping = error instanceof IpmiError && (error.kind === 'completion-code' || error.kind === 'protocol' || error.kind === 'malformed')
    if (raw.length === 0 || !isWorthKeeping) throw error
    return { raw, info, problem: error }
  }
}

async function readInfo(session: Sender, options: SendOptions): Promise<SdrRepositoryInfo | undefined> {
  try {
    return await session.send(getSdrRepositoryInfo, undefined, options)
  } catch (error) {
    if (isUnsupported(error)) return undefined
    throw error
  }
}

async function requireDeviceSdrs(session: Sender, options: SendOptions): Promise<void> {
  const device = await session.send(getDeviceId, undefined, options)
  if (!device.providesDeviceSdrs) throw new IpmiError('protocol', 'the BMC has neither an SDR repository nor device SDRs')
}

function isUnchanged(before: SdrStamp, now: SdrStamp): boolean {
  return before.lastAddition === now.lastAddition && before.lastErase === now.lastErase && before.recordCount === now.recordCount
}

/** Follows the chain from the first record to the last; a chain that turns back on itself ends there. */
async function* readChain(session: Sender, source: Source, options: SendOptions): AsyncGenerator<Buffer> {
  const reader = new RecordReader(session, source, options)
  const visited = new Set<number>()
  let recordId = 0
  while (recordId !== lastRecordId && !visited.has(recordId) && visited.size < greatestRecords) {
    visited.add(recordId)
    const { bytes, nextRecordId } = await reader.read(recordId)
    yield bytes
    recordId = nextRecordId
  }
  if (recordId !== lastRecordId) {
    throw new IpmiError('protocol', `the chain of SDRs does not end: after ${visited.size} records it leads to ${recordId} again`)
  }
}

/** Reads single records, whole where the BMC can, else in chunks, and remembers which size works. */
class RecordReader {
  readonly #session: Sender
  readonly #source: Source
  readonly #options: SendOptions
  #chunk = wholeRecord
  #reservationId: number | undefined
  #reservations = 0

  constructor(session: Sender, source: Source, options: SendOptions) {
    this.#session = session
    this.#source = source
    this.#options = options
  }

  async read(recordId: number): Promise<GetSdrResponse> {
    for (;;) {
      try {
        return await this.#readOnce(recordId)
      } catch (error) {
        if (!(error instanceof IpmiError)) throw error
        if (error.completionCode === reservationLost) this.#forgetReservation(error)
        else if (tooMuchCodes.has(error.completionCode ?? 0) && this.#chunk > leastChunk) this.#takeSmallerChunk()
        else throw error
      }
    }
  }

  #forgetReservation(error: IpmiError): void {
    if (this.#reservations >= greatestReservations) throw error
    this.#reservationId = undefined
  }

  #takeSmallerChunk(): void {
    this.#chunk = this.#chunk === wholeRecord ? firstPartialChunk : this.#chunk >> 1
  }

  async #readOnce(recordId: number): Promise<GetSdrResponse> {
    // Never less than the header at first: it says how long the record is.
    const first = await this.#get(recordId, 0, this.#chunk === wholeRecord ? wholeRecord : Math.max(sdrHeaderLength, this.#chunk))
    const { nextRecordId } = first
    const length = sdrLength(first.bytes)
    const parts = [Buffer.from(first.bytes.subarray(0, length))]
    let offset = parts[0]!.length
    while (offset < length) {
      const count = Math.min(this.#chunk === wholeRecord ? firstPartialChunk : this.#chunk, length - offset)
      const { bytes } = await this.#get(recordId, offset, count)
      if (bytes.length === 0) throw new IpmiError('protocol', `Get SDR: no bytes at offset ${offset} of record ${recordId}`)
      const part = Buffer.from(bytes.subarray(0, count))
      parts.push(part)
      offset += part.length
    }
    return { nextRecordId, bytes: Buffer.concat(parts) }
  }

  async #get(recordId: number, offset: number, count: number): Promise<GetSdrResponse> {
    this.#reservationId ??= await this.#reserve()
    const request = { reservationId: this.#reservationId, recordId, offset, count }
    return this.#session.send(this.#source.get, request, this.#options)
  }

  async #reserve(): Promise<number> {
    this.#reservations++
    try {
      return (await this.#session.send(this.#source.reserve, undefined, this.#options)).reservationId
    } catch (error) {
      if (isUnsupported(error)) return 0
      throw error
    }
  }
}
