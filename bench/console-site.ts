import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createApiToken } from '#lib/auth/api-token.ts'
import { userOfToken } from '#lib/auth/token-user.ts'
import { openConsoles } from '#lib/console/relay-server.ts'
import { openConsole } from '#lib/data/console.ts'
import { prisma } from '#lib/db/client.ts'
import type { RackDescription } from '#simulator/rack.ts'
import { addNode, makeRig, until } from '../tests/conductor-rig.ts'
import { openBrowser, startWeb, type Browser } from '../tests/console-browser.ts'
import { bundled } from './bundled.ts'
import { openScratchDatabase } from './scratch-database.ts'

/** The whole way of a console's bytes but the page: web's relay and the conductor's hub in this process, on a PostgreSQL of its own. */
export type ConsoleSite = { open: (node: string) => Promise<Browser>; close: () => Promise<void> }

/** Starts the simulator as a process of its own, so that its work is not counted as ours. `close` ends it. */
export async function startSimulator(options: readonly string[]): Promise<{ rack: RackDescription; close: () => void }> {
  const args = [await bundled('simulator/main.ts'), ...options]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the simulator ended with ${code}`)
  })
  ended.catch(() => undefined)
  const [line] = (await Promise.race([once(createInterface(child.stdout!), 'line'), ended])) as [string]
  return { rack: JSON.parse(line) as RackDescription, close: () => child.kill('SIGTERM') }
}

/** Registers these nodes of a rack and waits until the conductor holds them. */
export async function startConsoleSite(rack: RackDescription, names: readonly string[]): Promise<ConsoleSite> {
  const test = await openScratchDatabase()
  const rig = await makeRig(test)
  const conductor = rig.start()
  const known = { db: test.db, keys: rig.keys(), dataFolder: rig.folder() }
  const consoles = openConsoles({ ...known, conductorId: () => conductor.id(), complain: console.error })
  const web = await startWeb({ folder: `${rig.folder()}/relay` })
  for (const node of rack.nodes) if (names.includes(node.name)) await addNode(rig, node, { protocol: 'ipmi' })
  async function isHeld(): Promise<boolean> {
    const id = conductor.id()
    return id !== null && (await prisma().node.count({ where: { ownerId: id } })) === names.length
  }
  await until(isHeld, 30_000, 'the conductor’s nodes')
  const token = await createApiToken('bench', 'operator')
  const user = (await userOfToken(token, { ip: '127.0.0.1', requestId: null }))!
  return {
    async open(node) {
      const { ticket, path } = await openConsole(user, node, 'drive')
      const browser = await openBrowser(web, path, [`ticket.${ticket}`], { authorization: `Bearer ${token}` })
      await browser.hasState('open', 60_000)
      return browser
    },
    async close() {
      await web.close()
      await consoles.close()
      await rig.stop()
      await test.close()
    },
  }
}
