import { toFigure } from '#lib/domain/words.ts'

const gib = 2 ** 30

/** Memory is counted in powers of two: `32 GiB`, `1.5 TiB` only from 2048 GiB on, as machines are ordered. */
export function toMemorySize(bytes: number): string {
  if (bytes < gib) return `${toFigure(bytes / 2 ** 20)} MiB`
  return bytes < 2_048 * gib ? `${toFigure(bytes / gib)} GiB` : `${toFigure(bytes / (1_024 * gib))} TiB`
}

/** Drives are sold in powers of ten: `960 GB`, `3.84 TB`. */
export const toDriveSize = (bytes: number) => (bytes < 1e12 ? `${toFigure(Math.round(bytes / 1e9))} GB` : `${toFigure(bytes / 1e12)} TB`)

/** The speed of a link: `100 Mb/s`, `25 Gb/s`. */
export const toLinkSpeed = (mbps: number) => (mbps < 1_000 ? `${toFigure(mbps)} Mb/s` : `${toFigure(mbps / 1_000)} Gb/s`)

/** A clock: `3200 MHz` for memory and `2.1 GHz` for processors. */
export const toClock = (mhz: number, isProcessor: boolean) => (isProcessor && mhz >= 1_000 ? `${toFigure(mhz / 1_000)} GHz` : `${Math.round(mhz)} MHz`)
