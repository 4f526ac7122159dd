import { expect, it } from 'vitest'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { readBoot } from './ipmi-boot.ts'

/** Answers parameter 5 of the boot options with these bytes, and refuses every other. */
const sessionWith = (bytes: number[]) =>
  ({
    async send(command: { encode: (request: unknown) => Buffer; decode: (data: Buffer) => unknown }, request: unknown) {
      const [parameter] = command.encode(request)
      return command.decode(Buffer.from(parameter === 5 ? bytes : [1, parameter!, 0x08]))
    },
  }) as IpmiSession

it.each([
  ['valid', [1, 5, 0x80, 4, 0, 0, 0], { target: 'pxe', word: 'Pxe', lasting: 'once', mode: 'legacy', hold: 'kept' }],
  ['none', [1, 5, 0x80, 0, 0, 0, 0], null],
  ['held by flags that are not valid (OpenIPMI; a device that a start has used up)', [1, 5, 0, 4, 0, 0, 0], { target: 'pxe', word: 'Pxe', lasting: 'once', mode: 'legacy', hold: 'kept', isInvalid: true }],
  ['held in a parameter that is marked as invalid', [1, 0x85, 0x80, 8, 0, 0, 0], { target: 'disk', word: 'Hdd', lasting: 'once', mode: 'legacy', hold: 'kept', isInvalid: true }],
])('what is set: %s', async (_, bytes, state) => {
  expect(await readBoot(sessionWith(bytes))).toEqual(state)
})
