import { operationActions } from '#lib/domain/operation-actions.ts'
import { describe, expect, it } from 'vitest'
import { choosable, fromAsked, toAskedOptions, usualAsked } from './asked.ts'

describe('what a schedule asks', () => {
  it.each([
    [{ action: 'GracefulShutdown', forceAfterSeconds: 90 }],
    [{ action: 'GracefulShutdown' }],
    [{ action: 'SetBoot', boot: { target: 'disk', lasting: 'always', mode: 'uefi' }, start: true }],
    [{ action: 'SetPowerCap', capWatts: 350 }],
    [{ action: 'EjectMedia', force: true }],
    [{ action: 'InstallImage', image: 'debian.iso', mode: 'uefi', quietMinutes: 5 }],
    [{ action: 'RefreshInventory' }],
  ] as const)('comes back as it was kept: %j', ({ action, ...options }) => {
    expect(toAskedOptions(fromAsked({ action, ...options }))).toEqual(options)
  })

  it('leaves behind what belongs to another action', () => {
    const form = fromAsked({ action: 'InstallImage', image: 'debian.iso' })
    expect(toAskedOptions({ ...form, action: 'ClearLog' })).toEqual({})
  })

  it('is nothing while a box cannot be read', () => {
    expect(toAskedOptions({ ...usualAsked, action: 'SetPowerCap', watts: 'much' })).toBeNull()
    expect(toAskedOptions({ ...usualAsked, force: { wanted: true, seconds: '1' } })).toBeNull()
  })

  it('is chosen among what one may', () => {
    expect(operationActions.filter((action) => !choosable('admin', 'On').includes(action))).toEqual(['Nmi', 'MountImage', 'InstallImage'])
    expect(choosable('operator', 'On')).not.toContain('ResetBmc')
    expect(choosable('operator', 'ResetBmc')).toContain('ResetBmc')
  })
})
