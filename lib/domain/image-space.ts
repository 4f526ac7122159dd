import * as z from 'zod/mini'

/** What an administrator grants the image library. */
export const imageLimits = z.object({
  /** All images together; null: as much as the disk holds. */
  quotaBytes: z.nullable(z.int().check(z.minimum(1))),
  /** How much of the disk stays free whatever comes: others write there too, the database before all. */
  reservePercent: z.int().check(z.minimum(0), z.maximum(90)),
  /** From where images may be fetched by URL: hosts, addresses, networks (lib/config/fetch-list.ts). */
  fetchFrom: z.array(z.string()).check(z.maxLength(100)),
})
export type ImageLimits = z.infer<typeof imageLimits>

/** A tenth of the disk, and the two places that small network-boot images come from. */
export const usualImageLimits: ImageLimits = { quotaBytes: null, reservePercent: 10, fetchFrom: ['boot.netboot.xyz', 'boot.ipxe.org'] }

/** The disk that the library lies on. */
export type DiskSpace = { totalBytes: number; freeBytes: number }

/** One image as it counts: a fetch counts what has come until its length is known. */
type Counted = { bytes: number | null; received: number; state: string }

export const reserveOf = ({ totalBytes }: DiskSpace, { reservePercent }: ImageLimits): number => Math.ceil((totalBytes * reservePercent) / 100)

/** What the images take or will have taken when they are all here; failed ones have no file. */
export const usedBytesOf = (images: readonly Counted[]): number =>
  images.reduce((sum, { bytes, received, state }) => (state === 'failed' ? sum : sum + Math.max(bytes ?? 0, received)), 0)

/** What is announced and not yet on the disk. */
const awaitedBytesOf = (images: readonly Counted[]): number =>
  images.reduce((sum, { bytes, received, state }) => (state === 'failed' || state === 'ready' ? sum : sum + Math.max((bytes ?? 0) - received, 0)), 0)

/** Which limit lets how much more in: the quota, or the disk with its reserve and what is on its way. Never below zero. */
export function roomFor(images: readonly Counted[], limits: ImageLimits, disk: DiskSpace): { leftBytes: number; limit: 'quota' | 'disk-full' } {
  const onDisk = Math.max(0, disk.freeBytes - reserveOf(disk, limits) - awaitedBytesOf(images))
  const inQuota = limits.quotaBytes === null ? Infinity : Math.max(0, limits.quotaBytes - usedBytesOf(images))
  return inQuota < onDisk ? { leftBytes: inQuota, limit: 'quota' } : { leftBytes: onDisk, limit: 'disk-full' }
}

/** A size as people write it, in powers of 1024: `4.1 GiB`. */
export function toSizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  const value = bytes / 1024 ** power
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** Why so many bytes do not fit, for whoever must make room. */
export function toNoRoomText(bytes: number, { leftBytes, limit }: { leftBytes: number; limit: 'quota' | 'disk-full' }, { reservePercent }: Pick<ImageLimits, 'reservePercent'>): string {
  const left = `${toSizeText(bytes)} are needed and ${toSizeText(leftBytes)} are left`
  return limit === 'quota'
    ? `${left} of the library's quota: remove an image, or raise the quota in the settings`
    : `${left} on the depot's disk above the ${reservePercent} % that stay free: remove an image, or make room on that disk`
}
