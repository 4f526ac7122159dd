/** mulberry32: a seeded generator, so that a failure can be repeated. Gives whole numbers below its argument. */
export type Random = (below: number) => number

export function randomsFrom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer

const place = (bytes: Buffer, random: Random) => random(Math.max(1, bytes.length))
const put = (bytes: Buffer, at: number, value: number) => {
  if (at < bytes.length) bytes[at] = value
  return bytes
}
const telling = [0x00, 0x01, 0x02, 0x0f, 0x10, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xc1, 0xfe, 0xff] as const

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = place(bytes, random)
    return put(bytes, at, (bytes[at] ?? 0) ^ (1 << random(8)))
  },
  (bytes, random) => put(bytes, place(bytes, random), random(256)),
  (bytes, random) => put(bytes, place(bytes, random), telling[random(telling.length)]!),
  /** A byte that may be a length says as much as is left, one more or one less. */
  function tellLength(bytes, random) {
    const at = place(bytes, random)
    return put(bytes, at, (bytes.length - at + random(4) - 2) & 0xff)
  },
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random(64), random(256))]),
  function cutOut(bytes, random) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))])
  },
  function putIn(bytes, random) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1 + random(8), random(256)), bytes.subarray(at)])
  },
  /** The head of one sample and the tail of another. */
  function splice(bytes, random, other) {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), other.subarray(at)])
  },
]

const mostMutations = 5

/** A copy of the sample with one to five things done to it. */
export function mutate(sample: Buffer, other: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(sample)
  for (let count = random(mostMutations); count >= 0; count--) bytes = mutations[random(mutations.length)]!(bytes, random, other)
  return bytes
}
