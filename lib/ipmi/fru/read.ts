import { getFruInventoryAreaInfo, readFruData } from '../commands/storage.ts'
import { IpmiError } from '../errors.ts'
import type { Sender } from '../sdr/repository.ts'
import type { SendOptions } from '../session.ts'

/** What one LAN message holds with room to spare; smaller where the BMC says that it is too much. */
const firstChunk = 32
const leastChunk = 4
/** No FRU of a server is larger; some BMCs claim 64 KiB. */
const greatestFru = 8192
const tooMuchCodes: ReadonlySet<number> = new Set([0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xff])

/** The inventory area of a FRU device of the BMC, to be decoded by `decodeFru`. Rejects with code CBh when there is none. */
export async function readFru(session: Sender, fruId: number, options: SendOptions = {}): Promise<Buffer> {
  const { size, isByWords } = await session.send(getFruInventoryAreaInfo, { fruId }, options)
  const length = Math.min(size, greatestFru)
  const bytesPerUnit = isByWords ? 2 : 1
  const parts: Buffer[] = []
  let offset = 0
  let chunk = firstChunk
  while (offset < length) {
    const count = Math.min(chunk, length - offset)
    const request = { fruId, offset: Math.floor(offset / bytesPerUnit), count: Math.ceil(count / bytesPerUnit) }
    try {
      const answer = await session.send(readFruData, request, options)
      // What goes beyond its own count is padding, and what goes beyond ours nobody asked for.
      const part = Buffer.from(answer.bytes.subarray(0, Math.min(count, answer.count * bytesPerUnit)))
      if (part.length === 0) break
      parts.push(part)
      offset += part.length
    } catch (error) {
      const isTooMuch = error instanceof IpmiError && tooMuchCodes.has(error.completionCode ?? 0)
      // The size is often larger than what can be read: what came is the FRU.
      if (isTooMuch && chunk > leastChunk) chunk >>= 1
      else if (isTooMuch && parts.length > 0) break
      else throw error
    }
  }
  return Buffer.concat(parts)
}
