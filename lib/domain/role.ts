import * as z from 'zod/mini'

export const role = z.enum(['viewer', 'operator', 'admin'])
export type Role = z.infer<typeof role>
