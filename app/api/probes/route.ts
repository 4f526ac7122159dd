import { createProbe } from '#lib/data/probes.ts'
import { handle } from '../handle.ts'

export const POST = handle('createProbe', ({ user, body }) => createProbe(user, body))
