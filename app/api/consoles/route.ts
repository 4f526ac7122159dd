import { listConsoles } from '#lib/data/console.ts'
import { handle } from '../handle.ts'

export const GET = handle('listConsoles', ({ user }) => listConsoles(user))
