/** How many kinds of garbage there are. */
export const garbageKinds = 6

const largestDatagram = 60_000

/** Spoils a good answer in one of the ways that broken and hostile BMCs have. */
export function spoil(datagram: Buffer, kind: number): Buffer {
  switch (kind) {
    case 0:
      return Buffer.from('\x06\x00\xff\x07 this is not IPMI', 'latin1')
    case 1:
      // Cut short in the middle.
      return datagram.subarray(0, datagram.length >> 1)
    case 2:
      // Far too long.
      return Buffer.concat([datagram, Buffer.alloc(largestDatagram - datagram.length, 0xa5)])
    case 3:
      return flipped(datagram, datagram.length - 1)
    case 4:
      // A length field that promises more than there is.
      return flipped(datagram, Math.min(datagram.length - 1, datagram[4] === 0x06 ? 15 : 13))
    default:
      return Buffer.alloc(0)
  }
}

function flipped(datagram: Buffer, index: number): Buffer {
  const copy = Buffer.from(datagram)
  copy[index] = copy[index]! ^ 0xff
  return copy
}
