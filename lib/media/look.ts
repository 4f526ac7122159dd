import type { ImageFacts } from '#lib/domain/image.ts'
import { readBootEntries } from './el-torito.ts'
import { readIso9660, type ReadAt } from './iso9660.ts'
import { readUdf } from './udf.ts'

/** What an image is, and how many bytes its own descriptors say that it has: a shorter file was cut off. */
export type Look = { facts: ImageFacts; bytes: number }

/** Looks at the first sectors of an image; null when it is neither ISO 9660 nor UDF. Nothing in it is followed but by bounded steps. */
export async function lookAtImage(read: ReadAt): Promise<Look | null> {
  const [iso, udf] = [await readIso9660(read), await readUdf(read)]
  if (iso === null && udf === null) return null
  const bootEntries = iso?.bootCatalog == null ? [] : await readBootEntries(read, iso.bootCatalog)
  return {
    facts: { iso9660: iso !== null, udf: udf !== null, label: iso?.label ?? udf?.label ?? null, bootEntries },
    bytes: Math.max(iso?.bytes ?? 0, udf?.bytes ?? 0),
  }
}
