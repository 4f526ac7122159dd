import * as z from 'zod/mini'
import { scopes } from './scope-rules.ts'

/** One scope of a token. Apart from its rules, which the first page needs without zod (docs/decisions/first-page.md). */
export const scope = z.enum(scopes)
