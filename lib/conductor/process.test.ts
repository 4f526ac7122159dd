import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { addNode, makeRig, until, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

const test = withDatabase()
const root = fileURLToPath(new URL('../..', import.meta.url))
const plan: NodePlan = { name: 'n1', make: 'dell', persona: 'healthy', protocol: 'redfish', faces: ['redfish', 'ipmi'] }
let rack: Rack
let rig: ConductorRig

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [plan] })
  await addNode(rig, rack.node('n1').describe())
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

async function startProcess(changes: Record<string, string> = {}) {
  const env = { ...process.env, DATABASE_URL: (await test.roles()).conductor, DATA_DIR: rig.folder(), BMC_NETWORKS: '127.0.0.0/8', BASEBOARD_SUPERVISED: '1', ...changes }
  const child = spawn(process.execPath, ['--import', 'tsx', 'conductor.ts'], { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (said += chunk))
  return { child, said: () => said, ended: once(child, 'exit') as Promise<[number | null, string | null]> }
}

const isRead = (since: number) =>
  until(async () => {
    const [node] = await listNodes()
    return node!.bmc.state === 'ok' && Date.parse(node!.power.at ?? '') > since
  }, 20_000, 'a power read')

describe('the process conductor.ts', () => {
  it.each([
    ['SIGTERM', (child: ReturnType<typeof spawn>) => child.kill('SIGTERM')],
    ['the end of its supervisor', (child: ReturnType<typeof spawn>) => child.stdin!.end()],
  ])('ends on %s with 0, quietly, and leaves no session and no lease behind', async (_, end) => {
    const startedAt = Date.now()
    const { child, said, ended } = await startProcess()
    await isRead(startedAt)
    expect(rack.node('n1').redfish!.sessions.openCount()).toBe(1)
    end(child)
    expect(await ended).toEqual([0, null])
    expect(said()).toBe('')
    expect([rack.node('n1').redfish!.sessions.openCount(), rack.node('n1').ipmi!.sessions.activeCount()]).toEqual([0, 0])
    const { rows } = await test.db.pool.query('SELECT (SELECT count(*)::int FROM "Conductor") AS conductors, (SELECT count(*)::int FROM "Node" WHERE "ownerId" IS NOT NULL) AS owned')
    expect(rows[0]).toEqual({ conductors: 0, owned: 0 })
  }, 40_000)

  it('checklist 43: refuses to start with keys that are not those of the database, in one line', async () => {
    const { said, ended } = await startProcess({ DATA_DIR: `${rig.folder()}-elsewhere` })
    expect(await ended).toEqual([78, null])
    expect(said()).toMatch(/^the vault's keys are missing from .*\n$/)
  }, 20_000)
})
