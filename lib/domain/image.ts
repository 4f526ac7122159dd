import * as z from 'zod/mini'

/**
 * The name of an image is the last part of the address at which a BMC reads it: plain letters, because many a BMC's own parser knows no
 * others, and `.iso` at its end, because some take nothing else (vendors §2). It is a word to people, and no file's name here.
 */
export const imageName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,75}\.iso$/, 'the name of an image has letters, digits, dots, hyphens and underscores, at most 80, and ends in .iso'))

/**
 * `uploading` and `fetching`: its bytes are still coming. `checking`: they are all there; looked at and summed. `ready`: BMCs may read it.
 * `failed`: there is no file any more, only why.
 */
export const imageState = z.enum(['uploading', 'fetching', 'checking', 'ready', 'failed'])
export type ImageState = z.infer<typeof imageState>

/** How firmware starts what is on it: an entry of the El Torito catalogue (1.0, 1995), by its platform. */
export const bootEntry = z.object({ platform: z.enum(['bios', 'uefi', 'other']), isBootable: z.boolean() })
export type BootEntry = z.infer<typeof bootEntry>

/** What an image is, as its own descriptors say. `label` is text of whoever made it. */
export const imageFacts = z.object({
  iso9660: z.boolean(),
  udf: z.boolean(),
  label: z.nullable(z.string()),
  bootEntries: z.array(bootEntry),
})
export type ImageFacts = z.infer<typeof imageFacts>

export const bootsBy = (facts: ImageFacts, platform: 'bios' | 'uefi'): boolean => facts.bootEntries.some((entry) => entry.isBootable && entry.platform === platform)

/** Why an image did not come to be. The page has a sentence for each; `text` is what helps beside it (an address, a status, a system's word). */
export const imageFailureCode = z.enum([
  'not-an-image',
  'truncated',
  'checksum',
  'disk-full',
  'quota',
  'disk',
  'unreachable',
  'refused',
  'not-allowed',
  'too-large',
  'changed',
  'abandoned',
  'stopped',
])
export type ImageFailureCode = z.infer<typeof imageFailureCode>
export const imageFailure = z.object({ code: imageFailureCode, text: z.nullable(z.string()) })
export type ImageFailure = z.infer<typeof imageFailure>

/** SHA-256 in hexadecimal. */
export const sha256Text = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'is a SHA-256 in 64 hexadecimal digits'))

/** The name for a file or an address that somebody has: what no name may hold becomes a hyphen. Null where it does not end in `.iso`. */
export function toImageName(text: string): string | null {
  const last = text.split(/[/\\]/).at(-1) ?? ''
  const [, stem] = /^(.+)\.iso$/i.exec(last) ?? []
  if (stem === undefined) return null
  const plain = stem.normalize('NFKD').replace(/\p{M}/gu, '').replace(/%[0-9a-f]{2}/gi, '-').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 76)
  const name = `${plain}.iso`
  return imageName.safeParse(name).success ? name : null
}
