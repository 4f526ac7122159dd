import { readReadings } from '#lib/data/readings.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('readReadings', ({ user, params, query }) => readReadings(user, params.name, query))
