import { afterEach, expect, it } from 'vitest'
import { sendJson, startTestBmc, withSessions, type TestBmc } from '#lib/redfish/testing/test-bmc.ts'
import type { Bmc, PowerReading, ResetAnswer } from './bmc.ts'
import { BmcError } from './errors.ts'
import { createNodeBmc } from './node-bmc.ts'
import type { openBmc } from './open.ts'

const address = '127.0.0.1:623'
const target = { address: '127.0.0.1', ports: { ipmi: 623 }, username: 'admin', password: 'secret', pin: null, tls: 'modern', ca: undefined, allows: () => true } as const
const unreachable = () => new BmcError('unreachable', address, `${address}: the BMC no longer answers in this session`)

/** Each session as the test has it: what it does with a reset and with a read. */
type Script = { reset?: () => Promise<ResetAnswer>; readPower?: () => Promise<PowerReading> }

function play(scripts: Script[]) {
  const seen = { opened: 0, resets: 0, closed: 0 }
  const open: typeof openBmc = async () => {
    const script = scripts[seen.opened++] ?? {}
    const bmc: Partial<Bmc> = {
      protocol: 'ipmi',
      facts: { latencyMs: 1 },
      readPower: script.readPower ?? (async () => ({ state: 'on' })),
      reset: async () => {
        seen.resets++
        return (script.reset ?? (async () => ({ kind: 'accepted' as const })))()
      },
      close: async () => void seen.closed++,
    }
    return bmc as Bmc
  }
  return { bmc: createNodeBmc(target, open), seen }
}

it('a reset whose session ended before its turn leaves by another one, once', async () => {
  const { bmc, seen } = play([{ reset: async () => Promise.reject(unreachable()) }])
  expect(await bmc.send('PowerCycle', {}, 'ipmi')).toEqual({ kind: 'accepted' })
  expect(seen).toEqual({ opened: 2, resets: 2, closed: 1 })
})

it('the same where another reader has given the session up meanwhile', async () => {
  let giveUp = () => {}
  const { bmc, seen } = play([
    {
      reset: () => new Promise((_, reject) => (giveUp = () => reject(new BmcError('failed', address, `${address}: the session was closed`)))),
      readPower: async () => {
        if (seen.resets > 0) throw unreachable()
        return { state: 'on' }
      },
    },
  ])
  const sent = bmc.send('ForceOff', {}, 'ipmi')
  while (seen.resets === 0) await new Promise((resolve) => setImmediate(resolve))
  await bmc.read('ipmi', (one) => one.readPower())
  giveUp()
  expect(await sent).toEqual({ kind: 'accepted' })
  expect(seen).toMatchObject({ opened: 2, resets: 2 })
})

it('checklist 55: what may have left is not sent again: a lost reply, a refusal, an error of no BMC', async () => {
  const lost = play([{ reset: async () => ({ kind: 'reply-lost', text: 'lost' }) }])
  expect(await lost.bmc.send('PowerCycle', {}, 'ipmi')).toMatchObject({ kind: 'reply-lost' })
  const refused = play([{ reset: async () => ({ kind: 'rejected', text: 'no' }) }])
  expect(await refused.bmc.send('PowerCycle', {}, 'ipmi')).toMatchObject({ kind: 'rejected' })
  const broken = play([{ reset: async () => Promise.reject(new TypeError('a mistake of ours')) }])
  await expect(broken.bmc.send('PowerCycle', {}, 'ipmi')).rejects.toBeInstanceOf(TypeError)
  expect([lost, refused, broken].map(({ seen }) => seen.resets)).toEqual([1, 1, 1])
})

it('a second failure is told, and a step whose signal has fired sends nothing more', async () => {
  const twice = play([{ reset: async () => Promise.reject(unreachable()) }, { reset: async () => Promise.reject(unreachable()) }])
  await expect(twice.bmc.send('PowerCycle', {}, 'ipmi')).rejects.toMatchObject({ kind: 'unreachable' })
  expect(twice.seen.resets).toBe(2)
  const stop = new AbortController()
  const stopped = play([{ reset: async () => (stop.abort(), Promise.reject(unreachable())) }])
  await expect(stopped.bmc.send('PowerCycle', {}, 'ipmi', stop.signal)).rejects.toMatchObject({ kind: 'unreachable' })
  expect(stopped.seen.resets).toBe(1)
})

const root = 'GET /redfish/v1/'
const login = 'POST /redfish/v1/SessionService/Sessions'
const logout = expect.stringMatching(/^DELETE /)
const list = 'GET /redfish/v1/Systems'
const host = 'GET /redfish/v1/Systems/1'
let redfish: TestBmc | undefined
afterEach(() => redfish?.close())

it('the next Redfish session signs in at once and asks the host at once, until the BMC has been reset', async () => {
  const resources: Record<string, unknown> = {
    '/redfish/v1/Systems': { Members: [{ '@odata.id': '/redfish/v1/Systems/1' }] },
    '/redfish/v1/Systems/1': { PowerState: 'On' },
  }
  redfish = await startTestBmc(withSessions(({ url = '' }, response) => sendJson(response, resources[url] ?? {}, resources[url] === undefined ? 404 : 200)))
  const bmc = createNodeBmc({ ...target, ports: { redfish: redfish.target.port } })
  const readPower = async () => (await bmc.read('redfish', (one) => one.readPower())).state
  expect(await readPower()).toBe('on')
  await bmc.rest('ipmi')
  expect(await readPower()).toBe('on')
  await bmc.rest('ipmi')
  expect(redfish.requests).toEqual([root, login, list, host, logout, login, host, logout])
  await expect(bmc.send('ResetBmc', {}, 'redfish')).rejects.toMatchObject({ kind: 'unsupported' })
  const seen = redfish.requests.length
  expect(await readPower()).toBe('on')
  expect(redfish.requests.slice(seen).filter((request) => request !== 'DELETE /redfish/v1/SessionService/Sessions/3')).toEqual([root, login, list, host])
  await bmc.close()
})
