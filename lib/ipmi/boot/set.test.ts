import { describe, expect, it } from 'vitest'
import type { Command } from '../command.ts'
import { encodeBootFlags, setBootOption, type BootFlags } from '../commands/boot.ts'
import { completionError } from '../completion-codes.ts'
import { IpmiError } from '../errors.ts'
import { readBootFlags, setBootFlags } from './set.ts'

const hex = (text: string) => text.replaceAll(/\s/g, '')
const pxeOnce: BootFlags = { isValid: true, isPersistent: false, isEfi: true, device: 'pxe' }

/** A BMC that notes what it gets; `answer` refuses (a completion code) or loses the reply of the n-th packet. */
function bmc(answer: (bytes: string, n: number) => number | 'lost' | 'gone' | undefined = () => undefined, reads: Record<string, string> = {}) {
  const got: string[] = []
  return {
    got,
    async send<Request, Response>(command: Command<Request, Response>, request: Request): Promise<Response> {
      const bytes = command.encode(request).toString('hex')
      if (command.effect === 'read') {
        const data = reads[bytes]
        if (data === undefined) throw completionError(command as Command<never, unknown>, 0x80)
        return command.decode(Buffer.from(hex(data), 'hex'))
      }
      got.push(bytes)
      const said = answer(bytes, got.length)
      if (said === 'lost') throw new IpmiError('reply-lost', 'no reply')
      if (said === 'gone') throw new IpmiError('session-lost', 'gone')
      if (said !== undefined) throw completionError(command as Command<never, unknown>, said)
      return command.decode(Buffer.alloc(0))
    },
  }
}

describe('Set System Boot Options', () => {
  it.each([
    // As ipmitool 1.8.19 sends them: `chassis bootdev pxe`, `disk options=persistent,efiboot`, `cdrom options=efiboot`, `bios`.
    [{ isValid: true, isPersistent: false, isEfi: false, device: 'pxe' }, '80 04 00 00 00'],
    [{ isValid: true, isPersistent: true, isEfi: true, device: 'disk' }, 'e0 08 00 00 00'],
    [{ isValid: true, isPersistent: false, isEfi: true, device: 'cd' }, 'a0 14 00 00 00'],
    [{ isValid: true, isPersistent: false, isEfi: false, device: 'setup' }, '80 18 00 00 00'],
    // nothing is set: no flag valid
    [{ isValid: false, isPersistent: false, isEfi: false, device: 'none' }, '00 00 00 00 00'],
  ] as const)('%j is %s', (flags, bytes) => {
    const data = encodeBootFlags(flags)
    expect(Buffer.from(data).toString('hex')).toBe(hex(bytes))
    expect(setBootOption.encode({ parameter: 5, data }).toString('hex')).toBe(`05${hex(bytes)}`)
  })

  it('is done in progress, without the 60 s rule, each packet once', async () => {
    const { got, send } = bmc()
    await setBootFlags({ send }, pxeOnce)
    expect(got).toEqual(['0001', '0308', '040101', '05a004000000', '0002', '0000'])
  })

  it('clears without touching the rule', async () => {
    const { got, send } = bmc()
    await setBootFlags({ send }, { isValid: false, isPersistent: false, isEfi: false, device: 'none' })
    expect(got).toEqual(['0001', '050000000000', '0002', '0000'])
  })

  it('does with a BMC that knows nothing but the flags', async () => {
    const { got, send } = bmc((bytes) => (bytes.startsWith('05') ? undefined : 0x80))
    await setBootFlags({ send }, pxeOnce)
    expect(got).toEqual(['0001', '0308', '040101', '05a004000000'])
  })

  it('rejects as the flags are refused, and lets go', async () => {
    const { got, send } = bmc((bytes) => (bytes.startsWith('05') ? 0xcc : undefined))
    await expect(setBootFlags({ send }, pxeOnce)).rejects.toMatchObject({ kind: 'completion-code', completionCode: 0xcc })
    expect(got.at(-1)).toBe('0000')
  })

  it('says that the reply to the flags was lost, and does not send them again', async () => {
    const { got, send } = bmc((bytes) => (bytes.startsWith('05') ? 'lost' : undefined))
    await expect(setBootFlags({ send }, pxeOnce)).rejects.toMatchObject({ kind: 'reply-lost' })
    expect(got.filter((bytes) => bytes.startsWith('05'))).toHaveLength(1)
  })

  it('sends no flags in a session that broke before', async () => {
    const { got, send } = bmc((_, n) => (n === 2 ? 'gone' : undefined))
    await expect(setBootFlags({ send }, pxeOnce)).rejects.toMatchObject({ kind: 'session-lost' })
    expect(got.some((bytes) => bytes.startsWith('05'))).toBe(false)
  })
})

describe('what is set', () => {
  it.each([
    // parameter 3: bit 3 keeps the flags past 60 s
    ['kept', { '050000': '01 05 a0 04 00 00 00', '030000': '01 03 08' }, true],
    ['forgotten within a minute', { '050000': '01 05 a0 04 00 00 00', '030000': '01 03 00' }, false],
    ['not told', { '050000': '01 05 a0 04 00 00 00' }, undefined],
  ])('is %s', async (_, reads, isKept) => {
    expect(await readBootFlags(bmc(undefined, reads as Record<string, string>))).toEqual({ ...pxeOnce, isKept })
  })
})
