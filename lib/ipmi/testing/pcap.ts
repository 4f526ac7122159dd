/** The UDP payloads of a capture file in pcapng format (little-endian, Ethernet, IPv4), in order. */
export function udpPayloads(file: Buffer): readonly { readonly toPort: number; readonly payload: Buffer }[] {
  const enhancedPacketBlock = 6
  const payloads: { toPort: number; payload: Buffer }[] = []
  for (let offset = 0; offset + 12 <= file.length; offset += file.readUInt32LE(offset + 4)) {
    if (file.readUInt32LE(offset) !== enhancedPacketBlock) continue
    const frame = file.subarray(offset + 28, offset + 28 + file.readUInt32LE(offset + 20))
    const udp = 14 + (frame[14]! & 0x0f) * 4
    payloads.push({ toPort: frame.readUInt16BE(udp + 2), payload: frame.subarray(udp + 8, udp + frame.readUInt16BE(udp + 4)) })
  }
  return payloads
}
