import { spawn, spawnSync } from 'node:child_process'
import type { Server } from 'node:http'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import type { RunningConductor } from '#lib/conductor/conductor.ts'
import { openConsoles, type Relay } from '#lib/console/relay-server.ts'
import { prisma } from '#lib/db/client.ts'
import { createConsoleRelay, type ConsoleRelay } from '../web/console-relay.ts'
import { serveApi } from './api-server.ts'
import { addNode, allOk, makeRig, until, type ConductorRig } from './conductor-rig.ts'
import { withDatabase } from './database.ts'

/** `baseboard console` on a terminal of its own (script of util-linux), through web's relay and a conductor, to a simulated BMC. */

const test = withDatabase()
const entry = resolve(import.meta.dirname, '../cli/baseboard.mjs')
const hasScript = spawnSync('script', ['--version']).status === 0
let rack: Rack
let rig: ConductorRig
let conductor: RunningConductor
let consoles: Relay
let relay: ConsoleRelay
let server: Server
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: uniformRack(1, ['healthy'], ['ipmi']) })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
  conductor = rig.start()
  consoles = openConsoles({ db: test.db, keys: rig.keys(), dataFolder: rig.folder(), conductorId: () => conductor.id(), complain: () => {} })
  relay = createConsoleRelay({ door: { proxies: [], dev: false }, folder: `${rig.folder()}/relay` })
  const served = await serveApi(relay.upgrade)
  server = served.server
  env = { ...process.env, BASEBOARD_URL: served.url, BASEBOARD_TOKEN: await createApiToken('tool', 'operator') }
  await allOk(['n1'])
}, 60_000)
afterAll(async () => {
  await relay?.close()
  server?.close()
  server?.closeAllConnections()
  await consoles?.close()
  await rig?.stop()
  await rack?.close()
})

describe.skipIf(!hasScript)('baseboard console', { timeout: 90_000 }, () => {
  it('is a terminal: what the node prints is seen, what is typed arrives, ~. leaves and the audit knows', async () => {
    const child = spawn('script', ['-qfec', `'${process.execPath}' '${entry}' console n1`, '/dev/null'], { env })
    let seen = ''
    child.stdout.on('data', (chunk: Buffer) => (seen += String(chunk)))
    const closed = new Promise<number | null>((done) => child.once('close', done))
    const sees = (text: string | RegExp) => until(() => new RegExp(text).test(seen), 30_000, `«${text}» in ${JSON.stringify(seen.slice(-300))}`)
    await sees(/\[open, sol/)
    rack.node('n1').serial.print('is up\n')
    await sees('is up')
    child.stdin.write('\r')
    await sees(/login:|[#$] /)
    child.stdin.write('~?')
    await sees('send a break')
    child.stdin.write('\r~.')
    expect(await closed).toBe(0)
    expect(seen).toContain('left; the console goes on')
    const actions = async () => (await prisma().audit.findMany({ where: { node: 'n1', actor: 'tool' }, orderBy: { seq: 'asc' } })).map(({ action }) => action)
    await until(async () => (await actions()).includes('console-close'), 10_000, 'the end in the audit')
    expect(await actions()).toEqual(['console-open', 'console-open', 'console-close'])
  })
})
