import { describe, expect, it } from 'vitest'
import type { Command } from '#lib/ipmi/command.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { getSelTime } from '#lib/ipmi/commands/storage.ts'
import { changeSetup, readSetup } from './ipmi-setup.ts'

const refused = () => new IpmiError('completion-code', 'invalid command (C1h)', { completionCode: 0xc1 })

describe('reading', () => {
  /** A BMC that tells the time and nothing else. */
  function clockOnly(seconds: number) {
    const asked: string[] = []
    const send = async <Request, Response>(command: Command<Request, Response>): Promise<Response> => {
      asked.push(command.name)
      if (command.cmd !== getSelTime.cmd || command.netFn !== getSelTime.netFn) throw refused()
      const data = Buffer.alloc(4)
      data.writeUInt32LE(seconds)
      return command.decode(data)
    }
    return { send, asked }
  }

  it('asks for the clock last, so that little time passes until it is compared', async () => {
    const bmc = clockOnly(Date.UTC(2026, 10, 30, 20) / 1000)
    expect(await readSetup(bmc, 480)).toEqual({ restore: null, sol: null, clock: '2026-11-30T12:00:00.000Z', lan: null, users: null, watchdog: null, filtering: null })
    expect(bmc.asked.at(-1)).toBe(getSelTime.name)
  })

  it('of a clock that was not set tells what it says, in no zone', async () => {
    expect((await readSetup(clockOnly(3_600), 480)).clock).toBe('1970-01-01T01:00:00.000Z')
  })
})

describe('a setting of several packets', () => {
  const rate = { what: 'sol', isEnabled: true, bitRate: 115200 } as const
  const change = (second: IpmiError) => {
    let sent = 0
    const send = async () => {
      sent += 1
      if (sent === 2) throw second
      return undefined as never
    }
    return changeSetup({ send }, rate, 0, {})
  }

  it('of which one was taken before the session ended has to be read back', async () => {
    await expect(change(new IpmiError('session-lost', 'the BMC no longer answers in this session'))).rejects.toMatchObject({ kind: 'reply-lost', message: expect.stringContaining('no longer answers') })
  })

  it('is refused in the words of the BMC, and that a part was taken', async () => {
    await expect(change(refused())).rejects.toMatchObject({ kind: 'completion-code', completionCode: 0xc1, message: 'a part was taken, then: invalid command (C1h)' })
  })
})
