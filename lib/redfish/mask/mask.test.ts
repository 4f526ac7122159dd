import { describe, expect, it } from 'vitest'
import { createMask } from './mask.ts'

/** One machine as several vendors tell it. Every value is made up. */
const system = {
  '@odata.id': '/redfish/v1/Systems/437XR1138R2',
  Manufacturer: 'Dell Inc.',
  Model: 'PowerEdge R740',
  SerialNumber: '437XR1138R2',
  SKU: '8KH2M43',
  AssetTag: 'Rack 7 node 3',
  UUID: '4c4c4544-0042-3510-8053-b8c04f4d3432',
  HostName: 'gpu-node17.hpc.uni-beispiel.de',
  BiosVersion: '2.8.1.1',
  PowerState: 'On',
  Oem: { Dell: { ChassisServiceTag: '8KH2M43', ManagedSystemSize: '2 U' } },
}
const manager = {
  FirmwareVersion: '3.15.15.15',
  'Users.2.UserName': 'root',
  'Users.3.UserName': 'svc-monitor',
  'IPv4.1.Address': '10.4.0.17',
  'IPv4.1.Netmask': '255.255.255.0',
  'SNMP.1.AgentCommunity': 'geheim',
  'SysLog.1.Server1': 'log01.hpc.uni-beispiel.de',
  MinPasswordLength: 8,
  CertificateString: '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n',
  Subject: { CommonName: 'idrac-8KH2M43', Organization: 'Dell Inc.' },
  IPv6Addresses: [{ Address: 'fe80::b226:28ff:fe23:a8f0', PrefixLength: 64 }, { Address: '2a00:1398:9::17' }],
  Location: { PostalAddress: { Street: 'Musterweg', Country: 'DE' } },
}
const nic = { MACAddress: 'B0:26:28:23:A8:F0', PermanentMACAddress: 'b0:26:28:23:a8:f0', '@odata.id': '/redfish/v1/NICs/B0262823A8F0', SpeedMbps: 10_000 }
const drive = { SerialNumber: '   S3Z8NX0K ', Identifiers: [{ DurableName: '5002538B097D3A10', DurableNameFormat: 'NAA' }], Revision: '10.20.30.40' }
const log = [
  'The iDRAC firmware was updated from version 3.15.15.15 to 3.36.36.36.',
  'Login attempt of svc-monitor from 10.4.0.99 (b0:26:28:23:a8:f0) to 10.4.0.17 at 12:34:56.',
  'Host gpu-node17 and idrac-8KH2M43 lost drive S3Z8NX0K; mail ada@uni-beispiel.de',
  'PCI 0000:3b:00.0 uses OID 1.3.6.1.4.1.674 and firmware 10.20.30.40',
]

type Body = Record<string, string>

function maskAll() {
  const mask = createMask()
  const bodies = [system, manager, nic, drive, { Entries: log.map((Message) => ({ Message })) }]
  for (const body of bodies) mask.learn(body)
  const masked = bodies.map((body) => mask.mask(body))
  const [of, by, on, at, said] = masked as [typeof system, typeof manager, Body, typeof drive, { Entries: Body[] }]
  return { mask, text: JSON.stringify(masked), system: of, manager: by, nic: on, drive: at, log: said.Entries.map((entry) => entry['Message']!) }
}

describe('a masked tree', () => {
  const { mask, text, ...masked } = maskAll()

  it.each([
    '437XR1138R2', '8KH2M43', 'S3Z8NX0K', 'Rack 7', '4c4c4544', 'gpu-node17', 'beispiel', 'svc-monitor', '10.4.0', 'geheim', 'MIIC',
    '23:a8:f0', '2823A8F0', '2a00:1398', 'fe23:a8f0', '5002538B097D3A10', 'Musterweg', 'ada@',
  ])('does not hold %s', (value) => expect(text.toLowerCase()).not.toContain(value.toLowerCase()))

  it('keeps what is no secret', () => {
    expect(masked.system).toMatchObject({ Manufacturer: 'Dell Inc.', Model: 'PowerEdge R740', BiosVersion: '2.8.1.1', PowerState: 'On' })
    expect(masked.manager).toMatchObject({ FirmwareVersion: '3.15.15.15', 'Users.2.UserName': 'root', 'IPv4.1.Netmask': '255.255.255.0', MinPasswordLength: 8 })
    expect(masked.drive.Revision).toBe('10.20.30.40')
    expect(masked.log[0]).toBe(log[0])
    expect(masked.log[3]).toBe(log[3])
  })

  it('has one pseudonym for one value: in its property, in a path, in a log, in a host’s name', () => {
    const serial = masked.system.SerialNumber
    const tag = masked.system.Oem.Dell.ChassisServiceTag
    expect(masked.system['@odata.id']).toBe(`/redfish/v1/Systems/${serial}`)
    expect(mask.maskText('/redfish/v1/Systems/437XR1138R2')).toBe(`/redfish/v1/Systems/${serial}`)
    expect(masked.system.SKU).toBe(tag)
    expect(masked.log[2]).toContain(`lost drive ${masked.drive.SerialNumber};`)
    const mac: string = masked.nic['MACAddress']!
    expect(mac).toMatch(/^02:00:00(:[0-9A-F]{2}){3}$/)
    expect(masked.nic['PermanentMACAddress']).toBe(mac.toLowerCase())
    expect(masked.nic['@odata.id']!.split('/').at(-1)).toBe(mac.replaceAll(':', ''))
    const { 'IPv4.1.Address': address } = masked.manager
    expect(masked.log[1]).toMatch(new RegExp(`^Login attempt of ${masked.manager['Users.3.UserName']} from 198\\.18\\.0\\.\\d+ \\(${mac.toLowerCase()}\\) to ${address} at 12:34:56\\.$`))
  })

  it('keeps the forms, and counts values', () => {
    expect(masked.system.UUID).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(masked.drive.Identifiers[0]!.DurableName).toMatch(/^5[0-9A-F]{15}$/)
    expect(masked.manager.IPv6Addresses[0]!.Address).toMatch(/^fe80::/)
    expect(masked.manager.CertificateString).toBe('-----BEGIN CERTIFICATE-----\nmasked\n-----END CERTIFICATE-----\n')
    expect(mask.counts()).toMatchObject({ serial: 3, asset: 1, mac: 1, uuid: 1, secret: 1, certificate: 1, storageId: 1, user: 1 })
  })

  it('leaves placeholders, and tears no tree apart over a short or common word', () => {
    const careful = createMask()
    const body = { SerialNumber: '1', AssetTag: 'Systems', HostName: 'members', Members: ['/redfish/v1/Systems/1'], Other: { SerialNumber: 'N/A', AssetTag: 'Unknown', UserName: 'Administrator', RoleId: 'Administrator' }, Systems: true }
    careful.learn(body)
    expect(careful.mask(body)).toMatchObject({ Members: ['/redfish/v1/Systems/1'], Other: { SerialNumber: 'N/A', AssetTag: 'Unknown', UserName: 'Administrator', RoleId: 'Administrator' } })
  })

  it('looks for a name that is a plain word where people are told of, and nowhere else', () => {
    const careful = createMask()
    const body = { UserName: 'vmware', BootString: 'VMware ESXi', Message: 'vmware logged in', '@odata.id': '/redfish/v1/AccountService/Accounts/vmware' }
    careful.learn(body)
    expect(careful.mask(body)).toEqual({ UserName: 'user-1', BootString: 'VMware ESXi', Message: 'user-1 logged in', '@odata.id': '/redfish/v1/AccountService/Accounts/user-1' })
    expect(careful.maskText('/redfish/v1/AccountService/Accounts/vmware')).toBe('/redfish/v1/AccountService/Accounts/user-1')
  })

  it('finds a password in a log, and what has but three signs in a log or a path', () => {
    const careful = createMask()
    const body = {
      Password: 'pa55',
      AgentCommunity: 'geheim',
      AuthKey: 'x7',
      LicenseString: 'iLO Advanced',
      SerialNumber: 'Z1A',
      Bay: 'Z1A of pa55, iLO Advanced',
      Name: 'geheim',
      Message: 'Login with pa55 or geheim, drive z1a failed, 1U2 is well',
      '@odata.id': '/redfish/v1/Drives/Z1A',
    }
    careful.learn(body)
    expect(careful.mask(body)).toEqual({
      Password: 'masked',
      AgentCommunity: 'masked',
      AuthKey: 'masked',
      LicenseString: 'masked',
      SerialNumber: 'SN00001',
      Bay: 'Z1A of masked, iLO Advanced',
      Name: 'geheim',
      Message: 'Login with masked or masked, drive SN00001 failed, 1U2 is well',
      '@odata.id': '/redfish/v1/Drives/SN00001',
    })
    expect(careful.counts()).toEqual({ serial: 1, secret: 4 })
  })

  it('is not held up by texts that were made for it', () => {
    const long = 200_000
    const texts = ['a'.repeat(long) + '@', 'a@'.repeat(long), '-----BEGIN A'.repeat(long / 10), '1.1.1.1.'.repeat(long), 'a-'.repeat(long), '0:'.repeat(long), '::'.repeat(long), 'aa:bb:'.repeat(long), 'version '.repeat(long / 10) + '1.2.3.4']
    const careful = createMask()
    const body = { SerialNumber: 'S'.repeat(long), HostName: 'a.'.repeat(long), AssetTag: 'a b '.repeat(long), Texts: texts, Members: Array.from({ length: 5_000 }, (_, id) => ({ SerialNumber: `AB-${id}-1234` })) }
    careful.learn(body)
    expect(careful.mask(body)).toMatchObject({ SerialNumber: 'SN00001' })
  })

  it('keeps every name of a property, annotations too, unless it is an id', () => {
    const body = { 'Members@odata.count': 1, '@odata.type': '#Manager.v1_5_1.Manager', HostName: 'Manager', Name: 'Manager', Text: 'see Members@odata.count', 'b0:26:28:23:a8:f0': true }
    const careful = createMask()
    careful.learn(body)
    const masked = careful.mask(body) as object
    expect(Object.keys(masked).slice(0, 5)).toEqual(Object.keys(body).slice(0, 5))
    expect(masked).toMatchObject({ '@odata.type': body['@odata.type'], Name: 'Manager', Text: body.Text, '02:00:00:00:00:01': true })
  })

  it('knows an address by its property even where it looks like a version', () => {
    const careful = createMask()
    const bodies = [{ FirmwareVersion: '10.20.30.40' }, { IPv4Addresses: [{ Address: '10.20.30.40', Gateway: '10.20.30.1' }] }]
    for (const body of bodies) careful.learn(body)
    expect(careful.mask(bodies[1])).toEqual({ IPv4Addresses: [{ Address: '198.18.0.1', Gateway: '198.18.0.2' }] })
    expect(careful.maskText('/redfish/v1/UpdateService/FirmwareInventory/Installed-1-3.15.15.15')).toContain('3.15.15.15')
  })
})
