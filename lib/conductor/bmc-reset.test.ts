import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { addNode, allOk, ended, makeRig, operate, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

/** BMCs that reset themselves, by each protocol and each way of saying what they allow. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'dell', persona: 'healthy', protocol: 'redfish', faces: ['redfish'], ...changes })
const plans = [
  plan('dell'),
  plan('gigabyte', { make: 'gigabyte' }),
  plan('unstated', { make: 'supermicro' }),
  plan('hpe', { make: 'hpe' }),
  plan('both', { make: 'supermicro', faces: ['redfish', 'ipmi'] }),
  plan('ipmi', { make: 'inspur', faces: ['ipmi'] }),
  plan('mute', { make: 'inspur', faces: ['ipmi'] }),
  plan('liar', { persona: 'lies' }),
  plan('liar-ipmi', { persona: 'lies', faces: ['ipmi'] }),
  plan('openbmc', { make: 'openbmc' }),
]

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: plans, timing: { powerOnMs: 300, bmcAwayMs: 7_000 } })
  for (const node of rack.nodes) await addNode(rig, node.describe())
  rig.start()
  await allOk(plans.map(({ name }) => name))
  for (const { name } of plans) {
    await until(async () => ((await prisma().node.findUnique({ where: { name } }))?.capabilities as { bmcReset?: unknown } | null)?.bmcReset !== undefined, 15_000, `whether the BMC of ${name} resets itself`)
  }
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

const commandsOf = (name: string) => rack.node(name).commands.map(({ action }) => action)
const reset = async (name: string) => (await ended(await operate('ResetBmc', [name]), 40_000)).steps[0]!

describe('a BMC that resets itself', () => {
  it.each(['dell', 'gigabyte', 'unstated', 'hpe', 'both', 'ipmi'])('%s: away, back, signed in anew, and the host goes on', async (name) => {
    const run = rack.node(name).machine.run()?.id
    const step = await reset(name)
    expect(step).toMatchObject({ state: 'verified', before: 'on', after: 'on', commands: ['ResetBmc'], evidence: expect.stringMatching(/^silent for \d+ s, then answered again$|^the BMC's last start changed to /) })
    expect(commandsOf(name)).toEqual(['ResetBmc'])
    expect(rack.node(name).machine.run()?.id).toBe(run)
    await until(async () => (await listNodes()).find((node) => node.name === name)?.bmc.state === 'ok', 20_000, `${name} polled again`)
    const rows = await readAudit({ action: 'bmc-reset', node: name, limit: 10 })
    expect(rows.map(({ outcome }) => outcome)).toEqual(['ok', 'intent'])
  }, 60_000)

  it('goes by IPMI where Redfish does not say what it allows', () => {
    expect(rack.node('both').commands.map(({ face }) => face)).toEqual(['ipmi'])
  })

  it('that is gone before it has answered is found by its silence', async () => {
    rack.node('mute').setFaults({ losesControlReply: true })
    const before = commandsOf('mute').length
    expect(await reset('mute')).toMatchObject({ state: 'verified' })
    expect(commandsOf('mute').slice(before)).toEqual(['ResetBmc'])
  }, 60_000)

  it.each(['liar', 'liar-ipmi'])('%s, which only says so, is not applied', async (name) => {
    expect(await reset(name)).toMatchObject({ state: 'not-applied', commands: ['ResetBmc'], error: { message: expect.stringContaining('did not fall silent') } })
  }, 60_000)

  it('goes away with a full power cycle of its host', async () => {
    const step = (await ended(await operate('FullPowerCycle', ['openbmc']), 40_000)).steps[0]!
    expect(step).toMatchObject({ state: 'verified', commands: ['FullPowerCycle'] })
    await until(() => rack.node('openbmc').machine.power() === 'on', 10_000, 'the host on again')
  }, 60_000)
})
