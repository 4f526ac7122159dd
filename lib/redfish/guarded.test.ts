import { describe, expect, it } from 'vitest'
import { toGuarded } from './guarded.ts'
import { hideSecrets, isSecretKey } from './secret-keys.ts'

describe('a secret', () => {
  it.each(['Password', 'X-Auth-Token', 'PrivateKey', 'AuthenticationKey', 'LicenseKey', 'Users.2.Password', 'SNMP.1.AgentCommunity', 'SysPassword', 'BindPassword'])(
    'is what stands beside %s',
    (key) => expect(isSecretKey(key)).toBe(true),
  )

  it.each(['MinPasswordLength', 'PasswordExpiration', 'PasswordChangeRequired', 'TokenType', 'Key', 'KeyboardLanguage', 'AuthTokenEnabled', 'PasswordName@Redfish.AllowableValues'])(
    'is not what stands beside %s',
    (key) => expect(isSecretKey(key)).toBe(false),
  )

  it('is hidden however deep it lies, and nothing else is touched', () => {
    const body = { Id: '1', MinPasswordLength: 8, Password: null, Oem: { Public: [{ 'X-Auth-Token': 'abc' }] }, Keys: [{ SecretKey: 'x', Name: 'k' }], Old: { Password: '****' } }
    expect(hideSecrets(body, '?')).toEqual({
      hidden: 2,
      value: { Id: '1', MinPasswordLength: 8, Password: null, Oem: { Public: [{ 'X-Auth-Token': '?' }] }, Keys: [{ SecretKey: '?', Name: 'k' }], Old: { Password: '****' } },
    })
  })
})

describe('a change by hand', () => {
  it.each([
    ['/redfish/v1/AccountService/Accounts/2', {}],
    ['/redfish/v1/Managers/iDRAC.Embedded.1/Accounts/2', {}],
    ['/redfish/v1/%41ccountService/Accounts', {}],
    ['/redfish/v1/SessionService', {}],
    ['/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate', { ImageURI: 'http://10.0.0.9/x' }],
    ['/redfish/v1/Managers/1/SecurityService/HttpsCert/Actions/HpeHttpsCert.ImportCertificate', {}],
    ['/redfish/v1/Managers/bmc/Actions/Manager.ResetToDefaults', {}],
    ['/redfish/v1/Managers/iDRAC.Embedded.1/Actions/Oem/EID_674_Manager.ImportSystemConfiguration', {}],
    ['/redfish/v1/Managers/iDRAC.Embedded.1/Attributes', { Attributes: { 'Users.3.Privilege': 511 } }],
    ['/redfish/v1/Managers/1', { Oem: { X: { UserPassword: 'y' } } }],
  ])('is guarded at %s', (path, body) => expect(toGuarded(path, body)).toBeDefined())

  it.each([
    ['/redfish/v1/Systems/1', { AssetTag: 'a', Boot: { BootSourceOverrideTarget: 'Pxe' } }],
    ['/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', { ResetType: 'On' }],
    ['/redfish/v1/Managers/1/NetworkProtocol', { NTP: { NTPServers: ['10.0.0.1'] } }],
    ['/redfish/v1/Systems/1/Bios/Settings', { Attributes: { BootMode: 'Uefi' } }],
    ['/redfish/v1/Managers/1/Actions/Manager.Reset', { ResetType: 'GracefulRestart' }],
  ])('is not guarded at %s', (path, body) => expect(toGuarded(path, body)).toBeUndefined())
})
