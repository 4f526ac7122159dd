import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { prisma } from '#lib/db/client.ts'
import { readAudit } from '#lib/db/audit.ts'
import { listNodes } from '#lib/db/nodes.ts'
import type { ActionOptions, ControlAction } from '#lib/domain/operation.ts'
import type { ResetType } from '#lib/domain/power.ts'
import { addNode, ended, makeRig, operate, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces: ['redfish', 'ipmi'], ...changes })
const plans = [
  plan('both'),
  plan('redfish', { faces: ['redfish'], make: 'dell' }),
  plan('composed', { faces: ['redfish'], make: 'hpe' }),
  plan('ipmi', { faces: ['ipmi'], make: 'inspur' }),
  plan('liar', { persona: 'lies', faces: ['redfish'], make: 'dell' }),
  plan('liar-ipmi', { persona: 'lies', faces: ['ipmi'] }),
  plan('mute', { persona: 'reply-lost', faces: ['redfish'] }),
  plan('mute-ipmi', { persona: 'reply-lost', faces: ['ipmi'] }),
  plan('dead', { persona: 'unreachable', faces: ['ipmi'] }),
  plan('guarded'),
  plan('a'),
  plan('b'),
  plan('busy', { faces: ['ipmi'] }),
  plan('hung', { persona: 'hung' }),
  plan('hung-ipmi', { persona: 'hung', faces: ['ipmi'] }),
  plan('boot'),
]

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: plans, timing: { powerOnMs: 300, gracefulShutdownMs: 300, cycleOffMs: 500 } })
  for (const node of rack.nodes) await addNode(rig, node.describe())
  await prisma().node.update({ where: { name: 'guarded' }, data: { protected: true } })
  rig.start()
  await until(async () => (await listNodes()).filter((node) => node.name !== 'dead').every((node) => node.bmc.endpoints.every((one) => one.state === 'ok')), 20_000, 'all BMCs')
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const commandsOf = (name: string) => rack.node(name).commands.map((command) => command.action)

async function step(name: string, action: ControlAction, options: ActionOptions = {}) {
  const before = commandsOf(name).length
  const operation = await ended(await operate(action, [name], { options }))
  return { ...operation.steps[0]!, operationState: operation.state, operationId: operation.id, sent: commandsOf(name).slice(before) }
}

describe('every reset type, read back', () => {
  const sequence: [ResetType, string, string][] = [
    ['GracefulShutdown', 'on', 'off'],
    ['On', 'off', 'on'],
    ['ForceRestart', 'on', 'on'],
    ['ForceOff', 'on', 'off'],
    ['On', 'off', 'on'],
    ['GracefulRestart', 'on', 'on'],
  ]
  it.each(['redfish', 'both'])('of %s', async (name) => {
    for (const [action, before, after] of sequence) {
      // LastResetTime counts seconds: two starts within one would look like none.
      if (action.endsWith('Restart')) await new Promise((resolve) => setTimeout(resolve, 1_100))
      const result = await step(name, action)
      expect(result, `${name} ${action}`).toMatchObject({ state: 'verified', before, after, operationState: 'succeeded', sent: result.commands })
      expect(result.sent).toEqual([action])
    }
  }, 60_000)

  it('of ipmi, where a graceful restart is composed', async () => {
    for (const [action, before, after] of sequence) {
      const result = await step('ipmi', action)
      expect(result, action).toMatchObject({ state: 'verified', before, after })
      expect(result.sent).toEqual(action === 'GracefulRestart' ? ['GracefulShutdown', 'On'] : [action])
    }
  }, 60_000)

  it('a cycle goes by IPMI where Redfish has none, as one command', async () => {
    const result = await step('both', 'PowerCycle')
    expect(result).toMatchObject({ state: 'verified', sent: ['PowerCycle'], before: 'on', after: 'on' })
    expect(rack.node('both').commands.at(-1)!.face).toBe('ipmi')
  })

  it('a cycle that no protocol has is two commands, each recorded and audited', async () => {
    const result = await step('composed', 'PowerCycle')
    expect(result).toMatchObject({ state: 'verified', sent: ['ForceOff', 'On'], commands: ['ForceOff', 'On'], after: 'on' })
    const rows = await readAudit({ node: 'composed', action: 'power', limit: 3 })
    expect(rows.filter((row) => row.operationId === result.operationId).map((row) => [row.outcome, row.detail.command ?? row.detail.state]).toReversed()).toEqual([
      ['intent', 'ForceOff'],
      ['intent', 'On'],
      ['ok', 'verified'],
    ])
  })

  it('an NMI is sent once, and what cannot be proven is unknown', async () => {
    expect(await step('composed', 'Nmi')).toMatchObject({ state: 'unknown', sent: ['Nmi'], error: { code: 'no-evidence' } })
  })

  it('what is so already is verified, and nothing is sent', async () => {
    expect(await step('both', 'On')).toMatchObject({ state: 'verified', sent: [], evidence: 'already on, nothing sent' })
  })

  it.each(['both', 'ipmi'])('the locate light of %s', async (name) => {
    expect(await step(name, 'IndicatorOn')).toMatchObject({ state: 'verified', evidence: 'read back lit' })
    expect(await step(name, 'IndicatorOff')).toMatchObject({ state: 'verified', evidence: 'read back dark' })
  })
})

describe('a boot', () => {
  it.each(['ipmi', 'boot'])('of %s is a start when it is off, and a reset when it is on', async (name) => {
    await step(name, 'ForceOff')
    expect(await step(name, 'Boot')).toMatchObject({ state: 'verified', before: 'off', after: 'on', sent: ['On'], commands: ['On'] })
    expect(await step(name, 'Boot')).toMatchObject({ state: 'verified', before: 'on', after: 'on', sent: ['ForceRestart'], commands: ['ForceRestart'] })
  }, 40_000)
})

describe('a graceful request that is forced after a while', () => {
  it.each(['hung', 'hung-ipmi'])('of %s, whose system hangs, is two commands, each recorded and audited', async (name) => {
    const result = await step(name, 'GracefulShutdown', { forceAfterSeconds: 1 })
    expect(result).toMatchObject({ state: 'verified', after: 'off', sent: ['GracefulShutdown', 'ForceOff'], commands: ['GracefulShutdown', 'ForceOff'] })
    expect(result.evidence).toBe('GracefulShutdown: still on after 1 s; ForceOff: read back off')
    const rows = (await readAudit({ node: name, action: 'power', limit: 9 })).filter((row) => row.operationId === result.operationId)
    expect(rows.map((row) => [row.outcome, row.detail.command ?? row.detail.state]).toReversed()).toEqual([
      ['intent', 'GracefulShutdown'],
      ['intent', 'ForceOff'],
      ['ok', 'verified'],
    ])
  }, 40_000)

  it('restarts a node whose system hangs', async () => {
    await step('hung', 'On')
    const result = await step('hung', 'GracefulRestart', { forceAfterSeconds: 2 })
    expect(result).toMatchObject({ state: 'verified', before: 'on', after: 'on', sent: ['GracefulRestart', 'ForceRestart'] })
  }, 40_000)

  it('is one command where the system obeys', async () => {
    expect(await step('boot', 'GracefulShutdown', { forceAfterSeconds: 10 })).toMatchObject({ state: 'verified', after: 'off', sent: ['GracefulShutdown'] })
  }, 40_000)
})

describe('checklist 60: what was accepted and did not happen', () => {
  it.each([
    ['liar', 'ForceOff'],
    ['liar', 'ForceRestart'],
    ['liar-ipmi', 'ForceOff'],
  ] as const)('%s %s is not applied', async (name, action) => {
    const result = await step(name, action)
    expect(result).toMatchObject({ state: 'not-applied', after: 'on', sent: [action], operationState: 'failed' })
    expect(result.error!.message).toMatch(/^liar.* \(127\.0\.0\.1:\d+\): .*nothing happened/)
  })
})

describe('checklist 55: a lost reply', () => {
  it.each(['mute', 'mute-ipmi'])('of %s is answered by reading, with one control command', async (name) => {
    const result = await step(name, 'ForceOff')
    expect(result).toMatchObject({ state: 'verified', after: 'off', sent: ['ForceOff'] })
  }, 40_000)
})

describe('what is refused', () => {
  it('checklist 58: a protected node', async () => {
    expect(await step('guarded', 'ForceOff')).toMatchObject({ state: 'failed', sent: [], error: { code: 'protected' } })
    expect((await readAudit({ node: 'guarded', outcome: 'refused', limit: 1 }))[0]).toMatchObject({ target: 'ForceOff' })
  })

  it('a BMC that cannot be read', async () => {
    expect(await step('dead', 'ForceOff')).toMatchObject({ state: 'failed', sent: [], error: { code: 'unreachable' } })
  }, 40_000)

  it('an operation whose deadline is over', async () => {
    const operation = await ended(await operate('ForceOff', ['both'], { deadlineSeconds: -1 }))
    expect(operation).toMatchObject({ state: 'aborted', steps: [{ state: 'aborted', error: { code: 'deadline' } }] })
  })

  it('a node that is removed before its turn', async () => {
    const node = rack.node('b').describe()
    await addNode(rig, { ...node, name: 'doomed', ports: { redfish: 1 } }, { name: 'doomed' })
    const id = await operate('ForceOff', ['doomed'])
    await prisma().node.delete({ where: { name: 'doomed' } })
    expect((await ended(id)).steps[0]!.state).toMatch(/aborted|failed|unknown/)
  })

  it('more than a dozen commands to one node within a minute', async () => {
    const states: string[] = []
    for (let i = 0; i < 14; i++) states.push((await step('busy', i % 2 === 0 ? 'ForceOff' : 'On')).error?.code ?? 'ok')
    expect(states.slice(0, 12)).toEqual(Array(12).fill('ok'))
    expect(states.slice(12)).toContain('rate-limit')
    expect(commandsOf('busy')).toHaveLength(12)
  }, 60_000)
})

describe('checklist 57: one at a time, in the order asked', () => {
  it('"off" and "on" at the same instant reach the BMC in the order of the operations', async () => {
    const before = commandsOf('a').length
    const first = await operate('ForceOff', ['a'])
    const second = await operate('On', ['a'])
    const [off, on] = await Promise.all([ended(first), ended(second)])
    expect([off.state, on.state]).toEqual(['succeeded', 'succeeded'])
    expect(commandsOf('a').slice(before)).toEqual(['ForceOff', 'On'])
  }, 40_000)
})

describe('checklist 47: no audit row, no action', () => {
  it('a blocked audit means that nothing is sent', async () => {
    const before = commandsOf('b').length
    const client = await test.db.pool.connect()
    let id: string
    try {
      id = await operate('ForceOff', ['b'])
      await client.query('BEGIN; LOCK TABLE "Audit" IN ACCESS EXCLUSIVE MODE')
      const operation = await ended(id, 15_000)
      expect(operation.steps[0]).toMatchObject({ state: 'failed', commands: [], error: { code: 'audit' } })
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
    expect(commandsOf('b').slice(before)).toEqual([])
  }, 40_000)
})

describe('checklist 51: what the BMCs counted is what the audit says', () => {
  it('node by node, command by command', async () => {
    const rows = await readAudit({ action: 'power', outcome: 'intent', limit: 1000 })
    for (const { name, commands } of rack.nodes) {
      const audited = rows.filter((row) => row.node === name).map((row) => row.detail.command).toReversed()
      expect(audited, name).toEqual(commands.map((command) => command.action))
    }
  })
})
