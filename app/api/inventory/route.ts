import { exportInventory } from '#lib/data/inventory.ts'
import { toFileResponse } from '../file.ts'
import { handle } from '../handle.ts'

export const GET = handle('readFleetInventory', async ({ user }) => toFileResponse(await exportInventory(user), 'baseboard-inventory.csv'))
