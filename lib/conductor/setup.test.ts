import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { bmcSetup, type BmcSetting, type BmcSetup } from '#lib/domain/bmc-setup.ts'
import { setPowerRestorePolicy } from '#lib/ipmi/commands/chassis.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { addNode, allOk, makeRig, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'
import { addAskers, askRaw } from '../../tests/raw-rig.ts'

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let admin: string
let operator: string

const plan = (name: string, changes: Partial<NodePlan> = {}): NodePlan => ({ name, make: 'inspur', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'], ...changes })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan('n1'), plan('late', { persona: 'clock-off' }), plan('local', { persona: 'sel-local' }), plan('shielded')] })
  ;({ admin, operator } = await addAskers())
  for (const { name } of rack.nodes) await addNode(rig, rack.node(name).describe())
  await prisma().node.update({ where: { name: 'shielded' }, data: { protected: true } })
  rig.start()
  await allOk(rack.nodes.map(({ name }) => name))
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

type Told = { setup: BmcSetup | null; failure: { code: string; message: string } | null }

/** Asks for the set-up or for one setting, and waits for the answer. */
async function ask(node: string, setting?: BmcSetting, byId = admin): Promise<Told> {
  const asked = setting === undefined ? { method: 'SETUP', path: '' } as const : { method: 'SET', path: setting.what, body: JSON.stringify(setting) } as const
  const found = await askRaw(node, asked, byId, 30_000)
  return { setup: found.answerBody === null ? null : bmcSetup.parse(JSON.parse(found.answerBody)), failure: found.failure }
}

const deeds = async (node: string) => (await readAudit({ node, action: 'bmc-setup', limit: 50 })).map(({ outcome, target }) => `${outcome} ${target}`)

describe('how a BMC is set up', () => {
  it('is told as the BMC says it, and leaves no row in the audit', async () => {
    const { machine } = rack.node('n1')
    const { setup, failure } = await ask('n1')
    expect(failure).toBeNull()
    expect(setup).toMatchObject({
      restore: { policy: 'previous', policies: ['always-off', 'previous', 'always-on'] },
      sol: { isEnabled: true, port: rack.node('n1').describe().ports.ipmi },
      lan: { channel: 1, mode: 'always', limit: 'administrator', address: '127.0.0.1', source: 'static', mac: machine.identity.mac, vlan: null, suites: [{ id: 3, limit: 'administrator' }, { id: 17, limit: 'administrator' }] },
      users: [{ id: 2, name: 'admin', isEnabled: true, limit: 'administrator', mayUseIpmi: true }],
      watchdog: { isRunning: false, use: 'sms-os', action: 'hard-reset', countdownSeconds: 300 },
      filtering: { isEnabled: false, actions: [] },
    })
    expect(Math.abs(Date.parse(setup!.clock!) - Date.now())).toBeLessThan(60_000)
    expect(await deeds('n1')).toEqual([])
  })

  it('sets the power restore policy once, reads it back, and writes intent and outcome down', async () => {
    const before = rack.node('n1').ipmi!.asked(setPowerRestorePolicy)
    const { setup } = await ask('n1', { what: 'restore', policy: 'always-on' })
    expect([setup?.restore?.policy, rack.node('n1').machine.restorePolicy()]).toEqual(['always-on', 'always-on'])
    // One that sets, and two that only ask which policies there are.
    expect(rack.node('n1').ipmi!.asked(setPowerRestorePolicy)).toBe(before + 3)
    expect(await deeds('n1')).toEqual(['ok SET restore', 'intent SET restore'])
    const [, intent] = await readAudit({ node: 'n1', action: 'bmc-setup', limit: 2 })
    expect(intent?.detail).toMatchObject({ setting: { what: 'restore', policy: 'always-on' }, before: { restore: { policy: 'previous' } } })
  })

  it('switches serial over LAN off, and on with another speed', async () => {
    expect((await ask('n1', { what: 'sol', isEnabled: false })).setup?.sol).toMatchObject({ isEnabled: false })
    expect((await ask('n1', { what: 'sol', isEnabled: true, bitRate: 57600 })).setup?.sol).toMatchObject({ isEnabled: true, bitRate: 57600 })
    expect(rack.node('n1').ipmi!.sol.parameters.get(5)).toEqual(Buffer.of(9))
  })

  it.each(['late', 'local'])('sets the clock of %s to ours, in whatever zone it is kept', async (node) => {
    const { setup, failure } = await ask(node, { what: 'clock' })
    expect(failure).toBeNull()
    expect(Math.abs(Date.parse(setup!.clock!) - Date.now())).toBeLessThan(60_000)
    expect(Math.abs(rack.node(node).machine.bmcTime() - Date.now())).toBeLessThan(60_000)
  })

  it('needs an administrator, and a node that is not protected', async () => {
    expect((await ask('n1', { what: 'restore', policy: 'previous' }, operator)).failure?.code).toBe('forbidden')
    expect((await ask('shielded', { what: 'restore', policy: 'always-off' })).failure?.code).toBe('protected')
    expect(rack.node('shielded').machine.restorePolicy()).toBe('previous')
    expect((await deeds('shielded'))[0]).toBe('refused SET restore')
  })
})
