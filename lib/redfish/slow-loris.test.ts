import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { DEFAULT_DEADLINES, DEFAULT_EXCHANGE } from './exchange.ts'
import { createModel, type RedfishModel } from './model.ts'
import { readPower } from './read-power.ts'
import { openRedfish, type RedfishSession } from './session.ts'

/** Three of ten send one byte a second from now on: one in its headers, two in their bodies. */
const TRICKLES = { n2: 'headers', n5: 'body', n8: 'body' } as const
const isSlow = (name: string): name is keyof typeof TRICKLES => name in TRICKLES
const ROUNDS = 20

type One = { name: string; session: RedfishSession; model: RedfishModel; deadlines: typeof DEFAULT_DEADLINES }
let rack: Rack
const fleet: One[] = []

beforeAll(async () => {
  rack = await startRack({ nodes: uniformRack(10, ['healthy'], ['redfish']) })
  for (const { name, describe } of rack.nodes) {
    const { address, ports, username, password } = describe()
    const deadlines = { ...DEFAULT_DEADLINES }
    const session = await openRedfish({ host: address, port: ports.redfish!, username, password }, { ...DEFAULT_EXCHANGE, deadlines })
    const model = createModel(session)
    await readPower(model)
    fleet.push({ name, session, model, deadlines })
  }
  for (const [name, trickles] of Object.entries(TRICKLES)) rack.node(name).setFaults({ trickles })
}, 60_000)
afterAll(async () => {
  await Promise.all(fleet.map(({ session }) => session.close()))
  await rack?.close()
})

describe('checklist 15: a fleet of which 30 % send one byte a second', () => {
  it('the others are served, again and again, while the slow ones are waited for; each of these fails at its own deadline', async () => {
    const slow = fleet.filter(({ name }) => isSlow(name))
    // The first reading of each still has all the patience there is: what comes before its end has not waited for it.
    Object.assign(slow[0]!.deadlines, { headersMs: 120_000, totalMs: 120_000 })
    for (const { deadlines } of slow.slice(1)) Object.assign(deadlines, { idleMs: 120_000, totalMs: 120_000 })
    let ended = 0
    const waiting = slow.map(({ model }) => readPower(model).catch((error: unknown) => error).finally(() => ended++))
    const others = fleet.filter(({ name }) => !isSlow(name))
    for (let round = 0; round < ROUNDS; round++) {
      const states = await Promise.all(others.map(async ({ model }) => (await readPower(model)).powerState))
      expect(states).toEqual(others.map(() => 'On'))
    }
    expect(ended).toBe(0)

    // A second request of the same conversation, with less patience, is not held up by the first, which goes on.
    Object.assign(slow[0]!.deadlines, { headersMs: 1_500 })
    for (const { deadlines } of slow.slice(1)) Object.assign(deadlines, { totalMs: 2_500 })
    const outcomes = await Promise.allSettled(slow.map(({ session }) => session.get('/redfish/v1/Systems')))
    expect(outcomes.map((one) => one.status === 'rejected' && one.reason)).toMatchObject([
      { kind: 'timeout', detail: 'no answer within 1500 ms' },
      { kind: 'timeout', detail: 'no complete answer within 2500 ms' },
      { kind: 'timeout', detail: 'no complete answer within 2500 ms' },
    ])
    expect(ended).toBe(0)
    await Promise.all(slow.map(({ session }) => session.close()))
    expect(await Promise.all(waiting)).toMatchObject(slow.map(() => ({ kind: 'closed' })))
  }, 110_000)
})
