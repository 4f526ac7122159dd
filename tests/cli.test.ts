import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeNames } from '#simulator/makes.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { prisma } from '#lib/db/client.ts'
import { serveApi } from './api-server.ts'
import { addNode, allOk, makeRig, until, type ConductorRig } from './conductor-rig.ts'
import { withDatabase } from './database.ts'
import { readFans } from './fan-rig.ts'

/** The command as a person runs it, over the real API, with a conductor and simulated BMCs behind. */

const test = withDatabase()
const entry = resolve(import.meta.dirname, '../cli/baseboard.mjs')
let rack: Rack
let rig: ConductorRig
let server: Server
let folder: string
let env: NodeJS.ProcessEnv
let url: string

type Ran = { code: number; out: string; err: string }
const run = (args: readonly string[], { input = '', more = {} }: { input?: string; more?: Record<string, string> } = {}): Promise<Ran> =>
  new Promise((done) => {
    const child = execFile(process.execPath, [entry, ...args], { env: { ...env, ...more } }, (error, out, err) => done({ code: error === null ? 0 : Number(error.code), out, err }))
    child.stdin?.end(input)
  })

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: uniformRack(12, ['healthy'], ['ipmi']), timing: { powerOnMs: 150, gracefulShutdownMs: 150, cycleOffMs: 300 } })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'ipmi' })
  await prisma().node.update({ where: { name: 'n12' }, data: { protected: true, groups: ['login'] } })
  rig.start()
  await allOk(rack.nodes.map(({ name }) => name))
  ;({ server, url } = await serveApi())
  folder = mkdtempSync(join(tmpdir(), 'baseboard-cli-'))
  const { BASEBOARD_URL: _, BASEBOARD_TOKEN: __, ...rest } = process.env
  env = { ...rest, XDG_CONFIG_HOME: folder }
}, 90_000)
afterAll(async () => {
  server?.close()
  await rig?.stop()
  await rack?.close()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const sentTo = (name: string) => rack.node(name).commands.map(({ action }) => action)

// Each test starts several processes of its own.
describe('the command', { timeout: 90_000 }, () => {
  it('says how to sign in first, and how it is used', async () => {
    expect(await run(['nodes'])).toMatchObject({ code: 2, err: expect.stringContaining('baseboard login') })
    expect(await run([])).toMatchObject({ code: 0, out: expect.stringContaining('console') })
    expect(await run(['pwoer', 'on', 'n1'])).toMatchObject({ code: 2, err: expect.stringContaining('pwoer') })
    expect(await run(['power', '--nonsense'])).toMatchObject({ code: 2, err: expect.stringContaining('usage:') })
  })

  it('sends no token in the clear to another machine', async () => {
    expect(await run(['login', 'http://baseboard.example.org'], { input: 'x' })).toMatchObject({ code: 2, err: expect.stringContaining('plain HTTP') })
  })

  it('keeps a token that works for this person alone, and refuses one that does not', async () => {
    expect(await run(['login', url], { input: `bb_${'A'.repeat(43)}\n` })).toMatchObject({ code: 4 })
    expect(existsSync(join(folder, 'baseboard/account.json'))).toBe(false)
    const token = await createApiToken('tool', 'admin')
    const signedIn = await run(['login', url], { input: `${token}\n` })
    expect(signedIn).toMatchObject({ code: 0, err: expect.stringContaining('signed in as tool, admin') })
    expect(signedIn.out + signedIn.err).not.toContain(token)
    expect(statSync(join(folder, 'baseboard/account.json')).mode & 0o777).toBe(0o600)
  })

  it('folds nodes that are alike, or lists them', async () => {
    expect(await run(['nodes', 'n[1-11]', '--names'])).toMatchObject({ code: 0, out: `${Array.from({ length: 11 }, (_, i) => `n${i + 1}`).join('\n')}\n` })
    expect((await run(['power', 'status', 'n[1-12]'])).out).toBe('n[1-12]: on\n')
    expect((await run(['nodes', '--long', 'n1'])).out).toMatch(/^NAME +POWER +HEALTH.*\nn1 +on/)
    expect(JSON.parse((await run(['nodes', 'n1', '--json'])).out)).toMatchObject([{ name: 'n1', power: { state: 'on' } }])
  })

  it.each([
    [['power', 'off', 'n1'], 'n1', 'on->off'],
    [['power', 'n1', 'on'], 'n1', 'off->on'],
    [['chassis', 'power', 'cycle', 'n2'], 'n2', 'on->cycle'],
    [['nodepower', 'n3', 'boot'], 'n3', 'on->reset'],
  ])('baseboard %j does it and says what was read back', async (args, name, text) => {
    const before = sentTo(name).length
    expect(await run(args)).toEqual({ code: 0, out: `${name}: ${text}\n`, err: '' })
    expect(sentTo(name).length).toBe(before + 1)
  })

  it('does not touch many nodes unasked, nor one that is not there, nor one that is protected', async () => {
    const before = rack.nodes.map(({ name }) => sentTo(name).length)
    expect(await run(['power', 'reset', 'n[1-11]'])).toMatchObject({ code: 2, err: expect.stringContaining('11 nodes') })
    expect(await run(['power', 'reset', 'n1,n99'])).toMatchObject({ code: 4, err: expect.stringContaining('n99') })
    expect(await run(['power', 'reset', 'login'])).toMatchObject({ code: 4, err: expect.stringContaining('protected') })
    expect(rack.nodes.map(({ name }) => sentTo(name).length)).toEqual(before)
  })

  it('goes by batches, tells of each node, and leads to the operation and its rows', async () => {
    const done = await run(['power', 'off', 'n[4-8]', '--at-once', '2', '--json'])
    const { id, counts, steps } = JSON.parse(done.out) as { id: string; counts: { verified: number }; steps: { batch: number }[] }
    expect([done.code, counts.verified, new Set(steps.map(({ batch }) => batch)).size]).toEqual([0, 5, 3])
    expect((await run(['operations', id])).out).toBe('n[4-8]: on->off\n')
    expect((await run(['operations', '--limit', '1'])).out).toContain(id)
    const rows = (await run(['audit', '--action', 'power', '--since', '1h', '--json'])).out.trim().split('\n').map((line) => JSON.parse(line) as { operationId: string })
    expect(rows.filter(({ operationId }) => operationId === id).length).toBeGreaterThan(5)
  })

  it('ends with 1 when not all is as asked', async () => {
    const answer = await run(['power', 'reset', 'n[4,9]'])
    expect(answer).toMatchObject({ code: 1, err: expect.stringContaining('operations retry') })
    expect(answer.out).toContain('n9: on->reset\n')
    expect(answer.out).toMatch(/n4: off->reset: failed: the node is off/)
  })

  it('leaves an operation running at Ctrl-C, and says how to come back', async () => {
    const child = spawn(process.execPath, [entry, 'power', 'on', 'n[4-8]', '--at-once', '1', '--pause', '2'], { env })
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)))
    const closed = new Promise<number | null>((done) => child.once('close', done))
    await until(async () => (await prisma().operation.count({ where: { state: 'running' } })) > 0, 20_000, 'the operation')
    // It listens to Ctrl-C once it has the answer.
    await new Promise((done) => setTimeout(done, 1_500))
    child.kill('SIGINT')
    expect(await closed).toBe(130)
    const [, id] = /operations abort ([0-9a-f-]{36})/.exec(err) ?? []
    expect((await run(['operations', 'abort', id!])).code).toBe(0)
    await until(async () => (await prisma().operation.findUniqueOrThrow({ where: { id: id! } })).finishedAt !== null, 20_000, 'the end')
    expect((await run(['operations', id!])).out).toMatch(/aborted/)
  })

  it('reads sensors and events, and sets what is booted', async () => {
    await until(async () => (await prisma().snapshot.count({ where: { facet: 'sensors', node: { name: 'n1' } } })) > 0, 30_000, 'sensors')
    expect((await run(['sensors', 'n1', '--kind', 'temperature'])).out).toMatch(/°C/)
    expect((await run(['sel', 'list', 'n1'])).code).toBe(0)
    expect(await run(['sel', 'clear', 'n9'])).toEqual({ code: 0, out: expect.stringMatching(/^n9: (on->)?sel clear/), err: '' })
    expect(await run(['sel', 'clear', 'n[1-11]'])).toMatchObject({ code: 2, err: expect.stringContaining('11 nodes') })
    expect(await run(['bootdev', 'pxe', 'n10'])).toMatchObject({ code: 0, out: expect.stringMatching(/^n10: .*bootdev: read back: Pxe, once/) })
    expect(await run(['identify', 'on', 'n10'])).toMatchObject({ code: 0 })
  })

  it('sends one IPMI command by its bytes, and nothing that is unclear, unconfirmed or refused', async () => {
    expect(await run(['raw', 'n1', '0x06', '0x01', '--yes'])).toMatchObject({ code: 0, out: expect.stringMatching(/^ 20 01 [0-9a-f ]+\n$/) })
    expect(JSON.parse((await run(['raw', 'n1', '6', '1', '--yes', '--json'])).out)).toMatchObject({ completionCode: 0, meaning: null })
    expect(await run(['raw', 'n1', '0x30', '0x7f', '0x01', '-y'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('0xc1: invalid command') })
    expect(await run(['raw', 'n1', '30', '70', '--yes'])).toMatchObject({ code: 2, err: expect.stringContaining('0x06 0x01') })
    expect(await run(['raw', 'n1', '0x06', '0x01'])).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    expect(await run(['raw', 'n1', '0x06', '0x47', '0x02', '0x02', '--yes'])).toMatchObject({ code: 4, err: expect.stringContaining('its accounts') })
    expect(await run(['raw', 'n12', '0x06', '0x01', '--yes'])).toMatchObject({ code: 4, err: expect.stringContaining('protected') })
  })

  it('asks for installs, mounts and ejects, and says what a BMC that speaks only IPMI has not', async () => {
    await prisma().image.create({ data: { name: 'debian.iso', state: 'ready', bytes: 4_096n, received: 4_096n, checked: 4_096n, sha256: 'a'.repeat(64), by: 'ada', byKind: 'person' } })
    expect(await run(['install', 'n10'])).toMatchObject({ code: 2, err: expect.stringContaining('baseboard install IMAGE NODERANGE') })
    expect(await run(['install', 'debian.iso', 'n10', '--quiet', '0'])).toMatchObject({ code: 2, err: expect.stringContaining('--quiet: 1 to 240 minutes') })
    expect(await run(['install', 'other.iso', 'n10'])).toMatchObject({ out: '', err: expect.stringContaining('no image other.iso') })
    for (const args of [['install', 'debian.iso', 'n10', '--uefi'], ['media', 'n10', 'mount', 'nfs://10.0.0.5/export/debian.iso'], ['media', 'n10', 'eject', '--force']]) {
      expect(await run(args)).toMatchObject({ code: 1, out: expect.stringMatching(/^n10: (?:install|mount|eject): failed: .*IPMI has no virtual media/) })
    }
    expect(sentTo('n10')).not.toContain('ForceRestart')
  })

  it('sums what nodes draw, and shows, arms and disarms a budget', async () => {
    await prisma().node.updateMany({ where: { name: { in: ['n1', 'n2'] } }, data: { groups: ['racing'] } })
    expect((await run(['power', 'totals'])).out).toMatch(/^group racing: +(at least )?[\d.]+ k?W +2 of 2 told/m)
    await prisma().budget.create({ data: { name: 'rack 7', range: 'racing', capWatts: 100_000, warnShare: 0.9, overSeconds: 30, acts: [{ do: 'cap', nodes: 'n2', watts: 300 }], by: 'ada' } })
    expect(await run(['budget', 'show', 'rack 7'])).toMatchObject({ code: 0, out: expect.stringMatching(/only tells\n1\. +n2 +cap to 300 W/) })
    expect(await run(['budget', 'arm', 'rack 7', 'racin'])).toMatchObject({ code: 4 })
    expect(await run(['budget', 'arm', 'rack 7', 'racing'])).toMatchObject({ code: 0, out: expect.stringContaining('armed by') })
    expect(await run(['budget', 'disarm', 'rack 7'])).toMatchObject({ code: 0, out: expect.stringContaining('only tells') })
    expect(await run(['budget', 'show', 'rack 8'])).toMatchObject({ code: 4, err: expect.stringContaining('no budget rack 8') })
  })

  it('completes commands and names in bash', async () => {
    const script = (await run(['completion', 'bash'])).out
    expect((await run(['completion', 'zsh'])).out).toContain('bashcompinit')
    const complete = (line: string[]) =>
      new Promise<string>((done) => {
        const words = `COMP_WORDS=(${line.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${line.length - 1}; _baseboard; echo "\${COMPREPLY[*]}"`
        execFile('bash', ['-c', `baseboard() { '${process.execPath}' '${entry}' "$@"; }\n${script}\n${words}`], { env }, (_, out) => done(out.trim()))
      })
    expect(await complete(['baseboard', 'op'])).toBe('operations')
    expect(await complete(['baseboard', 'power', 'c'])).toBe('cycle')
    expect(await complete(['baseboard', 'power', 'rese'])).toBe('reset reseat')
    expect(await complete(['baseboard', 'power', 'cycle', 'n1'])).toBe('n1 n10 n11 n12')
  })

  it('holds fans at a duty, shows it, and gives them back', { timeout: 240_000 }, async () => {
    const take = makeNames.indexOf('supermicro') + 1
    const without = makeNames.indexOf('hpe') + 1
    const node = `n${take}`
    await readFans(node, 120_000)
    expect(await run(['fans', node, '40'])).toMatchObject({ code: 0, out: `${node}: asked, and let go of at 85 °C\n` })
    await until(() => rack.node(node).machine.fans.held()[0] === 40, 60_000, 'the duty')
    await until(async () => (await run(['fans', node])).out.includes('fixed, held, '), 60_000, 'fans that are held')
    expect(await run(['fans', node, '5'])).toMatchObject({ code: 1, out: expect.stringContaining('20 % is the least') })
    expect(await run(['fans', node, '101'])).toMatchObject({ code: 2 })
    expect(await run(['fans', `${node},n${without}`, 'auto'])).toMatchObject({ code: 1, out: expect.stringContaining(`${node}: asked`) })
    await until(() => !rack.node(node).machine.fans.isHeld(), 60_000, 'fans that are given back')
  })

  it('says that Baseboard is not there', async () => {
    expect(await run(['nodes'], { more: { BASEBOARD_URL: 'http://127.0.0.1:9' } })).toMatchObject({ code: 3, err: expect.stringContaining('cannot be reached') })
  })
})
