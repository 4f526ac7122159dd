import { expect, it } from 'vitest'
import { toBmcInterface } from './bmc-interface.ts'

it('an interface of iDRAC 7: empty places for addresses are none, blades keep their VLAN', () => {
  const given = {
    Id: 'iDRAC.Embedded.1#NIC.1',
    MACAddress: '7C:D3:0A:BA:63:5C',
    VLAN: { VLANEnable: true, VLANId: 2 },
    IPv4Addresses: [{ Address: '10.101.22.28', SubnetMask: '255.255.0.0', Gateway: '10.101.21.254', AddressOrigin: 'DHCP' }],
    IPv6Addresses: [{ Address: '::', PrefixLength: 64, AddressOrigin: null }, { Address: '', PrefixLength: 64 }],
    IPv6DefaultGateway: '::',
  }
  expect(toBmcInterface(given)).toMatchObject({
    mac: '7c:d3:0a:ba:63:5c',
    addresses: [{ address: '10.101.22.28', prefixLength: 16, origin: 'DHCP' }],
    gateways: ['10.101.21.254'],
    vlan: 2,
    isEnabled: true,
  })
})

it('link-local addresses come last, an unspecified gateway in any spelling is none (NVIDIA)', () => {
  const given = {
    MACAddress: '00:00:00:00:00:00',
    PermanentMACAddress: 'A4-BF-01-28-90-AC',
    VLAN: { VLANEnable: false, VLANId: 7 },
    IPv4Addresses: [{ Address: '169.254.155.21', SubnetMask: '255.255.0.0', Gateway: '0.0.0.0' }, { Address: '10.1.2.3', SubnetMask: '255.0.255.0' }, { Address: 'none' }],
    IPv6DefaultGateway: '0:0:0:0:0:0:0:0',
  }
  const { addresses, gateways, vlan, mac } = toBmcInterface(given)
  expect(addresses.map(({ address, prefixLength }) => [address, prefixLength])).toEqual([['10.1.2.3', undefined], ['169.254.155.21', 16]])
  expect([gateways, vlan, mac]).toEqual([[], undefined, 'a4:bf:01:28:90:ac'])
})

it('nonsense gives an interface of nothing', () => {
  expect(toBmcInterface({ IPv4Addresses: 'x', VLAN: 7, InterfaceEnabled: 'no', SpeedMbps: -1 })).toMatchObject({ addresses: [], gateways: [], vlan: undefined, isEnabled: undefined, speedMbps: undefined })
})
