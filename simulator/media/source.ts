/** Why a BMC cannot read an image, in the words that its messages may use. */
export class MediaProblem extends Error {
  override readonly name = 'MediaProblem'
}

/** An image that is open for reading where it lies. */
export interface ImageSource {
  bytes: number
  /** Exactly so many bytes from there; rejects with a `MediaProblem`. */
  read: (offset: number, length: number) => Promise<Buffer>
  close: () => void
}

/** How a make's remote media reads: what it asks first, and in which pieces, over how many connections at once. */
export interface ReadPattern {
  /** What it says it is (HTTP's User-Agent). */
  agent: string
  /** `head`: HEAD, then ranges (httpfs2 of iDRAC); `probe`: a range of one byte; `both`. */
  opens: 'head' | 'probe' | 'both'
  chunkBytes: number
  connections: number
  /** False: a connection for each request. */
  keepsAlive: boolean
}

/** From where it reads: a BMC has an address of its own, by which links are bound to it. */
export interface ReadFrom {
  localAddress: string
  pattern: ReadPattern
  /** Where portmappers listen; 111 on real hosts. */
  portmapperPort: number
}
