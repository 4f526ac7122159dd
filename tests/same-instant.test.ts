import { afterAll, beforeAll, expect, it } from 'vitest'
import { usualCadence } from '#lib/conductor/schedule.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { bearer, call } from './api/fixture.ts'
import { addNode, ended, makeRig, quickTiming, until, type ConductorRig } from './conductor-rig.ts'
import { withDatabase } from './database.ts'

const test = withDatabase()
/** A hundred nodes ten times over. */
const count = 100
const rounds = 10
let rack: Rack
let rig: ConductorRig
let token: string

beforeAll(async () => {
  rig = await makeRig(test)
  await writeSetting('commandsPerSecond', 10_000)
  rack = await startRack({ nodes: uniformRack(count, ['healthy'], ['ipmi']), sensorCount: 1, timing: { powerOnMs: 150, cycleOffMs: 300 } })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
  token = await createApiToken('tool', 'admin')
  rig.start(quickTiming, usualCadence)
  await until(async () => (await listNodes()).every((node) => node.bmc.state === 'ok'), 240_000, 'an answer of every node')
}, 300_000)
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

async function ask(action: 'On' | 'ForceOff'): Promise<string> {
  const answer = await call('/api/operations', { method: 'POST', headers: bearer(token), body: { kind: 'power', action, range: '*', expect: count } })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { id: string }).id
}

it('checklist 57: "on" and "off" at the same instant a thousand times over: they reach each node in the order of the audit', async () => {
  for (let round = 0; round < rounds; round++) {
    const both = await Promise.all([ask('ForceOff'), ask('On')])
    for (const id of both) expect((await ended(id, 240_000)).counts.verified).toBe(count)
    const asked = (await readAudit({ action: 'power', outcome: 'intent', limit: 10_000 })).filter((row) => row.node === null && both.includes(row.operationId!))
    expect(asked).toHaveLength(2)
    const last = asked[0]!.target === 'On' ? 'on' : 'off'
    expect(rack.nodes.filter((node) => node.machine.power() !== last).map(({ name }) => name), `round ${round}: not ${last}`).toEqual([])
    await prisma().step.updateMany({ data: { sentAt: null } })
  }
  const audited = new Map(rack.nodes.map(({ name }) => [name, [] as unknown[]]))
  for (const { node, detail } of (await readAudit({ action: 'power', outcome: 'intent', limit: 20_000 })).toReversed()) {
    if (node !== null && detail.command !== undefined) audited.get(node)!.push(detail.command)
  }
  const different = rack.nodes.filter(({ name, commands }) => audited.get(name)!.join() !== commands.map(({ action }) => action).join())
  expect(different.map(({ name }) => name)).toEqual([])
  // Off and on again, or off alone where "on" was asked first and found nothing to do: each was told something.
  expect(rack.nodes.filter(({ commands }) => commands.length === 0)).toEqual([])
}, 600_000)
