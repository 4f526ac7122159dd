import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { visitedConsoles } from '#lib/api/contract.ts'
import type { RunningConductor } from '#lib/conductor/conductor.ts'
import { openConsoles, type Relay } from '#lib/console/relay-server.ts'
import { prisma } from '#lib/db/client.ts'
import { findNodeDetail } from '#lib/db/nodes.ts'
import type { Capabilities } from '#lib/domain/bmc.ts'
import { addUser, bearer, call, sameOrigin, signIn, signOut } from './api/fixture.ts'
import { addNode, makeRig, operate, until, type ConductorRig } from './conductor-rig.ts'
import { openBrowser, startWeb, type TestWeb } from './console-browser.ts'
import { withDatabase } from './database.ts'

/** Browser, web's relay, conductor and a simulated BMC: the whole way of a console's bytes. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
let conductor: RunningConductor
let consoles: Relay
let web: TestWeb
let admin: string
const cookies: Record<string, string> = {}
const ids: Record<string, string> = {}

const startConsoles = () => openConsoles({ db: test.db, keys: rig.keys(), dataFolder: rig.folder(), conductorId: () => conductor.id(), complain: () => {} })

beforeAll(async () => {
  rig = await makeRig(test)
  const openBmc = { name: 'n8', make: 'openbmc', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] } as const
  rack = await startRack({ nodes: [...uniformRack(7, ['healthy'], ['redfish', 'ipmi']), openBmc] })
  for (const node of rack.nodes) await addNode(rig, node.describe())
  conductor = rig.start()
  consoles = startConsoles()
  web = await startWeb({ folder: `${rig.folder()}/relay` })
  admin = await createApiToken('admin', 'admin')
  for (const [name, role] of [['ada', 'operator'], ['bob', 'operator'], ['eve', 'viewer']] as const) {
    ids[name] = await addUser(name, role)
    cookies[name] = (await signIn(name)).cookie
  }
  const countOwned = async (ownerId: string | null) => (ownerId === null ? 0 : prisma().node.count({ where: { ownerId } }))
  await until(async () => (await countOwned(conductor.id())) === 8, 20_000, 'the conductor’s nodes')
})
afterAll(async () => {
  await web?.close()
  await consoles?.close()
  await rig?.stop()
  await rack?.close()
})

const askTicket = (who: string, node: string, body: unknown = {}) =>
  call(`/api/nodes/${node}/console`, { method: 'POST', body, headers: { cookie: cookies[who]!, ...sameOrigin } })

async function ticketOf(who: string, node: string, body?: unknown): Promise<string> {
  return ((await (await askTicket(who, node, body)).json()) as { ticket: string }).ticket
}

const headersOf = (who: string, origin = web.site) => ({ cookie: cookies[who]!, origin })

async function open(who: string, node: string, query = '') {
  return openBrowser(web, `/ws/console/${node}${query}`, [`ticket.${await ticketOf(who, node)}`], headersOf(who))
}

const auditOf = async (node: string) => (await prisma().audit.findMany({ where: { node }, orderBy: { seq: 'asc' } })).filter((row) => row.action?.startsWith('console'))
const activations = () => rack.nodes.map((node) => node.ipmi?.sol.activatedCount())

describe('a console', () => {
  it('is read and typed into from a browser, and stands in the audit', async () => {
    const ada = await open('ada', 'n1')
    await ada.hasState('open')
    rack.node('n1').serial.print('is up\n')
    await ada.sees('is up')
    const bob = await open('bob', 'n1')
    await bob.sees('is up')
    expect(rack.node('n1').ipmi!.sol.activatedCount()).toBe(1)
    ada.type('\r')
    await bob.sees(/login:|[#$] /)
    bob.ask({ type: 'take' })
    await until(() => ada.last('takenOver'), 5_000, 'news of the take-over')
    bob.ask({ type: 'sysrq', key: 'h' })
    await ada.sees('sysrq: HELP')
    ada.line.close()
    // Two that leave at the same moment may be written down in either order.
    await until(async () => (await auditOf('n1')).length === 7, 5_000, 'the end of the first visit')
    bob.line.close()
    const rows = await until(async () => ((await auditOf('n1')).length === 8 ? auditOf('n1') : null), 5_000, 'the audit')
    expect(rows.map((row) => `${row.actor} ${row.action} ${row.outcome}`)).toEqual([
      'ada console-open intent', 'ada console-open ok', 'bob console-open intent', 'bob console-open ok',
      'bob console-take-over ok', 'bob console-sysrq ok', 'ada console-close ok', 'bob console-close ok',
    ])
    expect(JSON.parse(rows[6]!.body).detail).toMatchObject({ bytesIn: 1, bytesOut: expect.any(Number) })
  })

  it('goes on when the conductor has learned which cipher suite the BMC does', async () => {
    const learn = (suite: number | null) => prisma().node.update({ where: { name: 'n2' }, data: { cipherSuite: suite } })
    const { cipherSuite } = await until(async () => prisma().node.findFirst({ where: { name: 'n2', cipherSuite: { not: null } } }), 10_000, 'the suite of n2')
    await learn(null)
    const ada = await open('ada', 'n2')
    await ada.hasState('open')
    const before = rack.node('n2').ipmi!.sol.activatedCount()
    // The consoles are looked through every two seconds.
    const isLookedAt = () => new Promise((resolve) => setTimeout(resolve, 2_500))
    await isLookedAt()
    await learn(cipherSuite)
    await isLookedAt()
    expect(ada.closedWith()).toBeNull()
    expect(rack.node('n2').ipmi!.sol.activatedCount()).toBe(before)
    ada.line.close()
  })

  it('is told to whoever asks who is at it, who drives, and that they have left', async () => {
    const visitorsOf = async (node: string) => {
      const { consoles } = visitedConsoles.parse(await (await call('/api/consoles', { headers: { cookie: cookies['eve']! } })).json())
      return consoles.find((one) => one.node === node)?.visitors.map(({ name, mode, drives }) => `${name} ${mode} ${drives}`)
    }
    const ada = await open('ada', 'n7')
    const bob = await openBrowser(web, '/ws/console/n7', [`ticket.${await ticketOf('bob', 'n7', { mode: 'watch' })}`], headersOf('bob'))
    await until(async () => (await visitorsOf('n7'))?.join() === 'ada drive true,bob watch false', 10_000, 'both')
    ada.line.close()
    await until(async () => (await visitorsOf('n7'))?.join() === 'bob watch false', 10_000, 'that ada has left')
    await test.db.pool.query('UPDATE "Conductor" SET "lockKey" = "lockKey" + 1')
    expect(await visitorsOf('n7'), 'of a conductor that has died').toBeUndefined()
    await test.db.pool.query('UPDATE "Conductor" SET "lockKey" = "lockKey" - 1')
    bob.line.close()
    await until(async () => (await visitorsOf('n7')) === undefined, 10_000, 'nobody')
  })

  it('goes over the WebSocket of an OpenBMC that has no IPMI, comes back after a restart of it, and says that there is no break', async () => {
    const ways = async () => ((await prisma().node.findFirst({ where: { name: 'n8' } }))?.capabilities as Capabilities | null)?.consoles
    await until(async () => (await ways())?.some(({ way, can }) => way === 'websocket' && can), 30_000, 'the ways to the console of n8')
    const ada = await open('ada', 'n8')
    await ada.hasState('open')
    expect(ada.last('state')).toMatchObject({ via: 'websocket' })
    ada.type('\r')
    await ada.sees('n8 login: ')
    rack.node('n8').restartBmc()
    await until(() => ada.last('mark')?.kind === 'found', 15_000, 'the console opened again')
    expect(ada.last('state')).toMatchObject({ state: 'open', via: 'websocket' })
    ada.type('root\r')
    await ada.sees('Password: ')
    ada.ask({ type: 'break' })
    await until(() => ada.last('refused'), 5_000, 'the refusal of a break')
    ada.line.close()
  }, 60_000)

  it('that had no way is tried again when a probe has found one', async () => {
    const { id, capabilities } = (await prisma().node.findFirst({ where: { name: 'n8' } }))!
    const setWays = (known: unknown) => prisma().node.update({ where: { id }, data: { capabilities: known as never } })
    const ada = await open('ada', 'n8')
    await ada.hasState('open')
    await setWays({ ...(capabilities as object), consoles: [] })
    rack.node('n8').restartBmc()
    await ada.hasState('failed')
    expect(ada.last('state')).toMatchObject({ reason: 'unsupported' })
    // The hub looks every few seconds; it must have seen that there is none before it can see that there is one.
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    await setWays(capabilities)
    await ada.hasState('open')
    ada.line.close()
  }, 90_000)

  it('loses and doubles nothing when the page is reloaded or web is killed, and the session goes on', async () => {
    const ada = await open('ada', 'n2')
    await ada.hasState('open')
    let seen = ''
    for (let n = 0; n < 5; n += 1) {
      rack.node('n2').serial.print(`line ${n}\n`)
      await ada.sees(`line ${n}`)
    }
    seen += ada.text()
    const place = ada.place()
    web.kill()
    await until(() => ada.closedWith() !== null, 5_000, 'the end of the line')
    rack.node('n2').serial.print('meanwhile\n')
    const again = await open('ada', 'n2', place)
    rack.node('n2').serial.print('after\n')
    await again.sees('after')
    expect(again.last('resume')).toBeDefined()
    expect(`${seen}${again.text()}`.match(/line \d|meanwhile|after/g)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'meanwhile', 'after'])
    expect(rack.node('n2').ipmi!.sol.activatedCount()).toBe(1)
    again.line.close()
  })

  it('keeps its history over a restart of the conductor, and comes back', async () => {
    const ada = await open('ada', 'n3')
    await ada.hasState('open')
    rack.node('n3').serial.print('before the restart\n')
    await ada.sees('before the restart')
    await consoles.close()
    expect(rack.node('n3').ipmi!.sol.holder()).toBe(0)
    await until(() => ada.closedWith() !== null, 5_000, 'the end of the line')
    expect(ada.closedWith()).toBe(4503)
    consoles = startConsoles()
    const again = await until(() => open('ada', 'n3', ada.place()).catch(() => null), 10_000, 'a new line')
    await again.sees('before the restart')
    await again.hasState('open')
    expect(again.last('screen')).toBeDefined()
    expect(again.marks()).toContain('restarted')
    again.line.close()
  })

  it('comes back within 5 s after a BMC that fell silent, and marks power commands with who gave them', async () => {
    const ada = await open('ada', 'n4')
    await ada.hasState('open')
    rack.node('n4').setFaults({ silent: true })
    await ada.hasState('lost', 30_000)
    rack.node('n4').setFaults({ silent: false })
    rack.node('n4').restartBmc()
    await ada.hasState('open', 5_000)
    expect(ada.marks().filter((kind) => ['opened', 'lost', 'found'].includes(kind))).toEqual(['opened', 'lost', 'found'])
    await operate('ForceRestart', ['n4'])
    const mark = await until(() => ada.frames.find((frame) => frame.type === 'mark' && frame.kind === 'power'), 15_000, 'the mark')
    expect(mark).toMatchObject({ kind: 'power', action: 'ForceRestart', by: 'ada' })
    const spoke = await until(async () => (await findNodeDetail('n4'))?.bootProgress.find(({ source }) => source === 'console'), 15_000, 'that the host speaks')
    expect(spoke).toMatchObject({ word: 'ForceRestart', at: expect.stringMatching(/Z$/) })
    ada.line.close()
  }, 60_000)

  it('goes on while its conductor has no lease, and takes new viewers under the next one', async () => {
    const ada = await open('ada', 'n2')
    await ada.hasState('open')
    const before = rack.node('n2').ipmi!.sol.activatedCount()
    await conductor.stop()
    rack.node('n2').serial.print('without a lease\n')
    await ada.sees('without a lease')
    expect((await askTicket('bob', 'n2')).status).toBe(503)
    conductor = rig.start()
    const bob = await until(() => open('bob', 'n2').catch(() => null), 15_000, 'a second viewer')
    await bob.sees('without a lease')
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect([ada.closedWith(), rack.node('n2').ipmi!.sol.activatedCount()]).toEqual([null, before])
    ada.line.close()
    bob.line.close()
  }, 40_000)

  it('loses and doubles no line when every twentieth packet is lost', async () => {
    const ada = await open('ada', 'n6')
    await ada.hasState('open')
    rack.node('n6').setFaults({ loss: 0.05 })
    for (let n = 0; n < 300; n += 1) {
      rack.node('n6').serial.print(`number ${String(n).padStart(4, '0')} ${'.'.repeat(60)}\n`)
      if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 30))
    }
    await ada.sees(/number 0299 \.{60}\r\n/, 30_000)
    rack.node('n6').setFaults({ loss: 0 })
    const numbers = [...ada.text().matchAll(/number (\d{4}) \.{60}\r\n/g)].map((match) => Number(match[1]))
    expect(numbers).toEqual(Array.from({ length: 300 }, (_, n) => n))
    ada.line.close()
  }, 60_000)

  it('loses and doubles no line of several at once when every twentieth packet is lost', async () => {
    const names = ['n1', 'n2', 'n3', 'n6']
    const lines = Array.from({ length: 100 }, (_, n) => n)
    const seen = await Promise.all(
      names.map(async (name) => {
        const ada = await open('ada', name)
        await ada.hasState('open')
        for (const [typed, answer] of [['\r', 'login: $'], ['root\r', 'Password: $'], ['x\r', '# $']] as const) {
          ada.type(typed)
          await ada.sees(answer, 30_000)
        }
        rack.node(name).setFaults({ loss: 0.05 })
        ada.type('ticker 1000 5\r')
        await ada.sees(/tick 0000099 \.{35}\r\n.*# $/, 30_000)
        rack.node(name).setFaults({ loss: 0 })
        ada.line.close()
        return [...ada.text().matchAll(/^tick (\d{7}) \.{35}\r$/gm)].map((match) => Number(match[1]))
      }),
    )
    expect(seen).toEqual(names.map(() => lines))
  }, 60_000)

  it('says that somebody else holds it, and takes it when asked', async () => {
    rack.node('n5').setPersona('sol-busy')
    const ada = await open('ada', 'n5')
    await ada.hasState('busy')
    ada.ask({ type: 'takeSession' })
    await ada.hasState('open')
    rack.node('n5').setPersona('healthy')
    ada.line.close()
  })

  it('is captured always where an administrator says so', async () => {
    const setting = { method: 'PATCH', headers: bearer(admin), body: { capture: 'always' } }
    expect(await (await call('/api/nodes/n6/console', setting)).json()).toMatchObject({ capture: 'always' })
    await until(() => rack.node('n6').ipmi!.sol.holder() !== 0, 10_000, 'a session that nobody asked for')
    // The session of an earlier viewer lingers, so that one is there proves nothing yet.
    await until(async () => {
      const viewer = await open('ada', 'n6')
      const told = await until(() => viewer.last('hello'), 10_000, 'the hello of a console')
      viewer.line.close()
      return told.capture === 'always'
    }, 20_000, 'the setting at the conductor')
    rack.node('n6').serial.print('unwatched\n')
    const ada = await open('ada', 'n6')
    await ada.sees('unwatched')
    ada.line.close()
  })

  it('ends with a frame that is none, and only for who sent it', async () => {
    const [ada, bob] = [await open('ada', 'n1'), await open('bob', 'n1')]
    ada.line.send('{"type":"rm -rf"}')
    await until(() => ada.closedWith() !== null, 5_000, 'the end')
    expect([ada.closedWith(), bob.closedWith()]).toEqual([4400, null])
    bob.line.send(`{"type":"take","x":"${'y'.repeat(5_000)}"}`)
    await until(() => bob.closedWith() !== null, 5_000, 'the end')
    expect(bob.closedWith()).toBe(4400)
  })
})

describe('who may not', () => {
  const refused = (target: string, protocols: string[], headers: Record<string, string>) =>
    openBrowser(web, target, protocols, headers).then(
      (browser) => {
        browser.line.close()
        return 'let in'
      },
      (error: Error) => error.message,
    )

  it('gets no ticket: viewers, nobody, for no node', async () => {
    expect((await askTicket('eve', 'n7')).status).toBe(403)
    expect((await call('/api/nodes/n7/console', { method: 'POST', body: {} })).status).toBe(401)
    expect((await askTicket('ada', 'n99')).status).toBe(404)
  })

  it('is refused by handshake, and nothing is sent to a BMC (checklist 28)', async () => {
    const before = activations()
    const target = '/ws/console/n7'
    const fresh = async () => [`ticket.${await ticketOf('ada', 'n7')}`]
    for (const origin of ['null', 'http://evil.example', `${web.site}.evil.example`, 'http://127.0.0.1:1', web.site.replace('http', 'https')]) {
      expect([origin, await refused(target, await fresh(), headersOf('ada', origin))]).toEqual([origin, '403'])
    }
    expect(await refused(target, await fresh(), { cookie: cookies['ada']! })).toBe('403')
    expect(await refused(target, await fresh(), { origin: web.site })).toMatch(/401|403/)
    expect(await refused(target, [], headersOf('ada'))).toBe('401')
    expect(await refused(target, [`ticket.${'A'.repeat(43)}`], headersOf('ada'))).toBe('403')
    expect(await refused(target, ['ticket.x'], headersOf('ada'))).toBe('401')
    expect(await refused('/ws/console/n1', await fresh(), headersOf('ada')), 'of another node').toBe('403')
    expect(await refused(target, await fresh(), headersOf('bob')), 'of another person').toBe('403')
    expect(await refused(target, await fresh(), headersOf('eve')), 'of a viewer').toBe('403')
    expect(await refused('/ws/console/n99', await fresh(), headersOf('ada'))).toBe('404')
    expect(await refused('/ws/other', await fresh(), headersOf('ada'))).toBe('404')
    expect(activations()).toEqual(before)
  })

  it('uses a ticket twice, late, or after having signed out', async () => {
    const target = '/ws/console/n7'
    const ticket = [`ticket.${await ticketOf('ada', 'n7')}`]
    const ada = await openBrowser(web, target, ticket, headersOf('ada'))
    expect(await refused(target, ticket, headersOf('ada'))).toBe('403')
    ada.line.close()
    const late = [`ticket.${await ticketOf('ada', 'n7')}`]
    await prisma().consoleTicket.updateMany({ where: { usedAt: null }, data: { expiresAt: new Date(Date.now() - 1_000) } })
    expect(await refused(target, late, headersOf('ada'))).toBe('403')
    const { cookie } = await signIn('bob')
    cookies['gone'] = cookie
    const left = [`ticket.${await ticketOf('gone', 'n7')}`]
    await signOut(cookie)
    expect(await refused(target, left, headersOf('gone'))).toMatch(/401/)
    expect(await refused(target, left, headersOf('bob'))).toBe('403')
  })

  it('drives with a ticket to watch', async () => {
    const ticket = await ticketOf('ada', 'n7', { mode: 'watch' })
    const ada = await openBrowser(web, '/ws/console/n7', [`ticket.${ticket}`], headersOf('ada'))
    ada.type('x')
    await until(() => ada.last('refused')?.reason === 'watch-only', 5_000, 'a refusal')
    ada.line.close()
  })

  it('stays after signing out, being demoted or disabled: within a second (checklist 25)', async () => {
    const bystander = await open('bob', 'n7')
    for (const [code, end] of [
      [4401, (cookie: string) => signOut(cookie)],
      [4403, () => call(`/api/users/${ids['ada']}`, { method: 'PATCH', headers: bearer(admin), body: { role: 'viewer' } })],
      [4403, () => call(`/api/users/${ids['ada']}`, { method: 'PATCH', headers: bearer(admin), body: { disabled: true } })],
    ] as const) {
      await prisma().user.update({ where: { id: ids['ada']! }, data: { role: 'operator', disabled: false } })
      cookies['ada'] = (await signIn('ada')).cookie
      const ada = await open('ada', 'n7')
      expect((await end(cookies['ada'])).status).toBe(200)
      await until(() => ada.closedWith() !== null, 1_000, 'the end')
      expect(ada.closedWith()).toBe(code)
    }
    expect(bystander.closedWith()).toBeNull()
    bystander.line.close()
  })

  it('smuggles an upgrade to another host (checklist 29)', async () => {
    const ask = (head: string) =>
      new Promise<string>((resolve) => {
        const line = connect(web.port, '127.0.0.1', () => line.write(`${head}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`))
        let answer = ''
        line.on('data', (data) => (answer += data.toString()))
        line.on('close', () => resolve(answer.split('\r\n')[0]!))
        line.on('error', () => resolve('gone'))
      })
    expect(await ask('GET http://169.254.169.254/latest HTTP/1.1\r\nHost: 127.0.0.1')).toContain(' 400 ')
    expect(await ask('GET /ws/console/n7 HTTP/1.1\r\nHost: evil.example')).toContain(' 421 ')
    expect(await ask('GET //evil.example/ws/console/n7 HTTP/1.1\r\nHost: 127.0.0.1')).toContain(' 400 ')
  })
})
