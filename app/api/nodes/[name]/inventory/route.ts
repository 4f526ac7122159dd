import { readInventory } from '#lib/data/inventory.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('readInventory', ({ user, params }) => readInventory(user, params.name))
