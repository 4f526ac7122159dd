import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createApiToken } from '#lib/auth/api-token.ts'
import { openConsoles, type Relay } from '#lib/console/relay-server.ts'
import { readAudit } from '#lib/db/audit.ts'
import type { ControlAction } from '#lib/domain/operation.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addUser, bearer, call, sameOrigin, signIn } from './api/fixture.ts'
import { addNode, allOk, ended, makeRig, until, type ConductorRig } from './conductor-rig.ts'
import { openBrowser, startWeb, type TestWeb } from './console-browser.ts'
import { withDatabase } from './database.ts'

/** checklist 51: over a run from the API to the BMCs, what the BMCs were told to do and what the audit says are the same set. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let consoles: Relay
let web: TestWeb
let admin: string
let viewer: string
/** What each machine was told, in its order, whoever told it. */
const told = new Map<string, string[]>()

const tell = (name: string, command: string) => told.set(name, [...(told.get(name) ?? []), command])

/** Counts at the machine itself, behind both of its faces: resets it counts itself. */
function countAt({ name, machine }: Rack['nodes'][number]): void {
  const { setIndicator, setBootOverride, log } = machine
  const { clear } = log
  vi.spyOn(machine, 'setIndicator').mockImplementation((state, seconds) => {
    tell(name, state === 'off' ? 'IndicatorOff' : 'IndicatorOn')
    setIndicator(state, seconds)
  })
  vi.spyOn(machine, 'setBootOverride').mockImplementation((override, forSeconds) => {
    tell(name, 'SetBoot')
    setBootOverride(override, forSeconds)
  })
  vi.spyOn(log, 'clear').mockImplementation((...args) => {
    tell(name, 'ClearLog')
    clear(...args)
  })
}

const post = (path: string, body: unknown, token = admin) => call(path, { method: 'POST', headers: bearer(token), body })

async function done(answer: Response): Promise<void> {
  expect(answer.status).toBe(202)
  await ended(((await answer.json()) as { id: string }).id, 30_000)
}

const control = async (action: ControlAction, ...nodes: string[]) =>
  done(await post('/api/operations', { kind: action.startsWith('Indicator') ? 'indicator' : 'power', action, nodes }))

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({
    nodes: [
      { name: 'n1', make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces: ['redfish', 'ipmi'] },
      { name: 'n2', make: 'dell', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] },
      { name: 'n3', make: 'openbmc', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] },
      { name: 'n4', make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces: ['redfish', 'ipmi'] },
    ],
    timing: { powerOnMs: 300, gracefulShutdownMs: 300, cycleOffMs: 600 },
  })
  for (const node of rack.nodes) {
    countAt(node)
    await addNode(rig, node.describe())
  }
  const conductor = rig.start()
  consoles = openConsoles({ db: test.db, keys: rig.keys(), dataFolder: rig.folder(), conductorId: () => conductor.id(), complain: () => {} })
  web = await startWeb({ folder: `${rig.folder()}/relay` })
  admin = await createApiToken('admin', 'admin')
  viewer = await createApiToken('viewer', 'viewer')
  await addUser('ada', 'operator')
  await allOk(rack.nodes.map(({ name }) => name))
}, 90_000)
afterAll(async () => {
  await web?.close()
  await consoles?.close()
  await rig?.stop()
  await rack?.close()
})

describe('checklist 51: nothing is sent that the audit does not say, and nothing is said that was not sent', () => {
  it('over power, light, boot override, log and console, with refusals between', async () => {
    await control('ForceOff', 'n1', 'n2', 'n3')
    await control('On', 'n1', 'n2', 'n3')
    await control('PowerCycle', 'n1', 'n3')
    await control('IndicatorOn', 'n1', 'n2', 'n3')
    await control('IndicatorOff', 'n2')
    await done(await post('/api/operations', { kind: 'boot', action: 'SetBoot', boot: { target: 'pxe', lasting: 'once' }, nodes: ['n1', 'n2', 'n3'] }))
    await control('On', 'n1')
    expect((await post('/api/operations', { kind: 'power', action: 'ForceOff', nodes: ['n4'] }, viewer)).status).toBe(403)
    await call('/api/nodes/n4', { method: 'PATCH', headers: bearer(admin), body: { protected: true } })
    expect((await post('/api/operations', { kind: 'power', action: 'ForceOff', nodes: ['n1', 'n4'] })).status).toBe(409)
    for (const node of ['n1', 'n2']) await done(await clear(node))

    const { cookie } = await signIn('ada')
    const opened = await call('/api/nodes/n2/console', { method: 'POST', body: { mode: 'drive' }, headers: { cookie, ...sameOrigin } })
    const { ticket, path } = (await opened.json()) as { ticket: string; path: string }
    const ada = await openBrowser(web, path, [`ticket.${ticket}`], { cookie, origin: web.site })
    await ada.hasState('open')
    ada.type('x')
    ada.line.close()
    await until(async () => (await readAudit({ action: 'console-close', limit: 1 })).length === 1, 10_000, 'the end of the visit')

    const rows = (await readAudit({ limit: 1000 })).toReversed()
    for (const { name, commands, ipmi } of rack.nodes) {
      const intents = rows.filter((row) => row.node === name && row.outcome === 'intent' && typeof row.detail['command'] === 'string')
      const resets = new Set<string>(commands.map(({ action }) => action))
      const said = intents.map((row) => String(row.detail['command']))
      expect(said.filter((command) => resets.has(command)), `${name}: resets`).toEqual(commands.map(({ action }) => action))
      expect(said.filter((command) => !resets.has(command)), `${name}: the rest`).toEqual(told.get(name) ?? [])
      for (const row of intents) expect(row).toMatchObject({ actor: 'admin', actorKind: 'token', ip: '192.0.2.1', requestId: expect.any(String), operationId: expect.any(String) })
      for (const row of intents) expect(rows.filter((end) => end.detail['stepId'] === row.detail['stepId'] && end.outcome !== 'intent'), `the end of row ${row.seq}`).toHaveLength(1)
      const visits = rows.filter((row) => row.node === name && row.action === 'console-open')
      expect((ipmi?.sol.activatedCount() ?? 0) > 0, `${name}: console`).toBe(visits.length > 0)
    }
    expect([...told.keys()].toSorted()).toEqual(['n1', 'n2', 'n3'])
    expect(rows.filter((row) => row.outcome === 'refused').map((row) => row.actor)).toEqual(['viewer', 'admin'])
    expect(rows.findLast((row) => row.action === 'console-close')).toMatchObject({ actor: 'ada', node: 'n2', detail: { bytesIn: 1 } })
  }, 120_000)
})

/** Clears the log that the node's own page offers first. */
async function clear(node: string): Promise<Response> {
  const source = await until(
    async () => ((await (await call(`/api/nodes/${node}/events?limit=1`, { headers: bearer(admin) })).json()) as { sources: { name: string; canClear: boolean }[] }).sources.find((one) => one.canClear)?.name,
    30_000,
    `a log of ${node} that can be cleared`,
  )
  return post(`/api/nodes/${node}/events/clear`, { source })
}
