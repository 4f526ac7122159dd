import type { Database } from '#lib/db/client.ts'
import { readDepotState } from '#lib/db/depot-state.ts'
import type { LinkBase } from '#lib/domain/image-link.ts'

const noDepot = 'the depot, which serves images to BMCs, has not started yet on this site'
const noAddress = 'no address is set at which BMCs reach the images: an administrator sets one in the settings'

/** Where BMCs fetch images from, as the depot says what it serves; `problem` says what is missing where there is nothing. */
export async function readDoors(db: Database): Promise<{ doors: readonly LinkBase[]; problem: string }> {
  const state = await readDepotState(db)
  if (state === null) return { doors: [], problem: noDepot }
  const { mediaAddress: address, doors } = state
  if (address === null) return { doors: [], problem: noAddress }
  return { doors: doors.map(({ protocol, port }) => ({ protocol, port, address })), problem: 'the depot serves images by no protocol' }
}
