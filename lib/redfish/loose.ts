import * as z from 'zod'
import { toSafePath } from './path.ts'

/**
 * The loose property types of this room: whatever a BMC puts where a property belongs, parsing gives the value or undefined and
 * never fails, so that one wrong property costs itself alone.
 */

const MAX_TEXT = 512

/** A string or a number where a string belongs; trimmed, bounded, control characters removed; undefined when nothing is left. */
export const text = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim().slice(0, MAX_TEXT) || undefined)
  .optional()
  .catch(undefined)

/** A number, or a string that is one ("59.000000"). Binary noise of a BMC's float arithmetic is rounded off. */
export const number = z
  .union([z.number(), z.string().regex(/^\s*-?\d{1,15}(?:\.\d{1,20})?\s*$/).transform(Number)])
  .refine((value) => Number.isFinite(value) && Math.abs(value) < 1e15)
  .transform(roundNoise)
  .optional()
  .catch(undefined)

export const flag = z.boolean().optional().catch(undefined)

/** Whatever stands there, or nothing. */
export const anything = z.unknown().optional()

/** A list of whatever; undefined when it is none. */
export const list = z.array(z.unknown()).catch([]).default([])

/** A list of words, each once; a list in the list is read as meant (NVIDIA's `[["SCP"]]`). */
export const words = list.transform((values) => [...new Set(values.flat().flatMap((value) => text.parse(value) ?? []))])

/** A reference (`{"@odata.id": …}`, or the bare path) as a path that may be followed. */
export const link = z
  .union([z.string(), z.object({ '@odata.id': z.string() }).transform((value) => value['@odata.id'])])
  .transform((value) => toSafePath(value))
  .optional()
  .catch(undefined)

/** A list of references; what cannot be followed is left out. */
export const links = list.transform((values) => values.flatMap((value) => link.parse(value) ?? []))

/** A nested object of loose properties; undefined when it is none. */
export function nested<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape).optional().catch(undefined)
}

/** Parses a resource of loose properties: a body that is no object gives an object of nothing. */
export function parseLoose<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, body: unknown): z.infer<z.ZodObject<Shape>> {
  const parsed = schema.safeParse(body)
  return parsed.success ? parsed.data : schema.parse({})
}

/** 12.211999893188477 is what a float of 12.212 looks like as a double (Intel), 20.650000000000002 what 20.65 becomes (NVIDIA). */
function roundNoise(value: number): number {
  if (Number.isInteger(value)) return value
  return Number(value.toPrecision(Math.fround(value) === value ? 7 : 12))
}
