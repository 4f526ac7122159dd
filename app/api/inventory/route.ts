import { exportInventory } from '#lib/data/inventory.ts'
import { toCsvResponse } from '../csv.ts'
import { handle } from '../handle.ts'

export const GET = handle('readFleetInventory', async ({ user }) => toCsvResponse(await exportInventory(user), 'baseboard-inventory.csv'))
