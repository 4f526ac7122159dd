import { describe, expect, it } from 'vitest'
import { toLocationPath, toSafePath, toSlashRedirect } from './path.ts'

describe('toSafePath', () => {
  it.each([
    ['/redfish/v1/Systems/1', '/redfish/v1/Systems/1'],
    ['/redfish/v1/Chassis/1/Thermal#/Fans/0', '/redfish/v1/Chassis/1/Thermal'],
    ['/redfish/v1/x/Entries?$skip=50&$top=50', '/redfish/v1/x/Entries?$skip=50&$top=50'],
    ['/redfish/v1/Chassis/Fan 1', '/redfish/v1/Chassis/Fan%201'],
    ['/redfish/v1/Sensors/temperature_.hidden', '/redfish/v1/Sensors/temperature_.hidden'],
  ])('%s', (link, path) => expect(toSafePath(link)).toBe(path))

  it.each([
    undefined,
    null,
    7,
    {},
    '',
    'redfish/v1',
    '/redfish',
    '/redfish/v1//x',
    '/redfish/./x',
    '/redfish/..',
    '/redfish/%2E./x',
    '/redfish/a%2fb',
    '/redfish/a%5Cb',
    '/redfish/a\\b',
    '/redfish/a\r\nX: y',
    '/redfish/ü',
    '/redfish/a?b?c',
    `/redfish/${'a'.repeat(3000)}`,
  ])('refuses %j', (link) => expect(toSafePath(link)).toBeUndefined())
})

describe('toLocationPath', () => {
  it.each([
    ['https://[fe80::1]:443/redfish/v1/S/1', '/redfish/v1/S/1'],
    ['/redfish/v1/S/1/', '/redfish/v1/S/1/'],
    ['https://host/other', undefined],
    ['ftp://host/redfish/v1/x', undefined],
    ['//host/redfish/v1/x', undefined],
  ])('%s', (location, path) => expect(toLocationPath(location)).toBe(path))
})

describe('toSlashRedirect', () => {
  it.each([
    ['/redfish/v1', '/redfish/v1/', '/redfish/v1/'],
    ['/redfish/v1/x/', '/redfish/v1/x', '/redfish/v1/x'],
    ['/redfish/v1/x', 'https://10.0.4.7/redfish/v1/x/', '/redfish/v1/x/'],
    ['/redfish/v1/x', 'https://10.0.4.8/redfish/v1/x/', undefined],
    ['/redfish/v1/x', '/redfish/v1/x', undefined],
    ['/redfish/v1/x', '/redfish/v1/y/', undefined],
  ])('%s -> %s', (requested, location, path) => expect(toSlashRedirect(requested, location, '10.0.4.7:443')).toBe(path))
})
