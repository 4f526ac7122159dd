import * as z from 'zod/mini'
import type { Database } from '#lib/db/client.ts'
import { readDepotDoors } from '#lib/db/media-read.ts'
import { isIpv4, linkProtocol, type LinkBase } from '#lib/domain/image-link.ts'

const served = z.array(z.object({ protocol: linkProtocol, port: z.int().check(z.minimum(1), z.maximum(65_535)) }))

const noDepot = 'the depot, which serves images to BMCs, has not started yet on this site'
const noAddress = 'no address is set at which BMCs reach the images: an administrator sets one in the settings'

/** Where BMCs fetch images from, as the depot says what it serves; `problem` says what is missing where there is nothing. */
export async function readDoors(db: Database): Promise<{ doors: readonly LinkBase[]; problem: string }> {
  const state = await readDepotDoors(db)
  if (state === null) return { doors: [], problem: noDepot }
  const { mediaAddress } = state
  if (mediaAddress === null || !isIpv4(mediaAddress)) return { doors: [], problem: noAddress }
  const parsed = served.safeParse(state.doors)
  const doors = parsed.success ? parsed.data.map(({ protocol, port }) => ({ protocol, port, address: mediaAddress })) : []
  return { doors, problem: 'the depot serves images by no protocol' }
}
