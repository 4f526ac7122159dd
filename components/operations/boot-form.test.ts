import { describe, expect, it } from 'vitest'
import { fromBootOptions, toBootOptions, usualBoot } from './boot-form.ts'

describe('the boxes of a boot override', () => {
  it.each([
    [{ boot: { target: 'pxe', lasting: 'once' } }],
    [{ boot: { target: 'disk', lasting: 'always', mode: 'uefi' }, start: true }],
    [{ boot: { target: 'http', lasting: 'once', uri: 'http://10.0.0.5/boot.efi' } }],
  ] as const)('come back as they were kept: %j', (options) => {
    expect(toBootOptions(fromBootOptions(options))).toEqual(options)
  })

  it('forget an address where nothing is fetched', () => {
    expect(toBootOptions({ ...usualBoot, uri: 'http://10.0.0.5/boot.efi' })).toEqual({ boot: { target: 'pxe', lasting: 'once' } })
  })
})
