import { expect, it } from 'vitest'
import type { Command } from '#lib/ipmi/command.ts'
import { readLanPart, type AskOptional } from './ipmi-network.ts'

/** A BMC by the bytes it answers per LAN parameter (IPMI 2.0 table 23-4), each after the revision 11h; it refuses the others. */
const answering = (parameters: Record<number, number[]>): AskOptional => async <Response>(_: string, command: Command<void, Response>) => {
  const data = parameters[command.encode(undefined)[1]!]
  return data === undefined ? undefined : command.decode(Buffer.of(0x11, ...data))
}

it('address, source, mask, gateway and VLAN', async () => {
  const ask = answering({
    3: [10, 0, 4, 7],
    4: [0x02], // DHCP
    5: [0xac, 0x1f, 0x6b, 0x18, 0xa2, 0x41],
    6: [255, 255, 255, 128],
    12: [10, 0, 4, 1],
    20: [0x2c, 0x81], // id 12Ch, enabled
  })
  expect(await readLanPart(ask)).toEqual({
    kind: 'bmcNic',
    slot: 'LAN',
    name: 'LAN',
    mac: 'ac:1f:6b:18:a2:41',
    addresses: [{ address: '10.0.4.7/25', origin: 'DHCP' }],
    gateways: ['10.0.4.1'],
    vlan: 300,
  })
})

it('what is not set or refused is left out; a VLAN id that is not enabled is none', async () => {
  const ask = answering({ 3: [10, 0, 4, 7], 5: [0, 0, 0, 0, 0, 0], 12: [0, 0, 0, 0], 20: [0x2c, 0x01] })
  expect(await readLanPart(ask)).toEqual({ kind: 'bmcNic', slot: 'LAN', name: 'LAN', addresses: [{ address: '10.0.4.7' }] })
  expect(await readLanPart(answering({}))).toBeUndefined()
})
