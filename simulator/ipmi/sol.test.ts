import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { setSolParameter, solParameters } from '#lib/ipmi/commands/sol.ts'
import { openSession } from '#lib/ipmi/connect.ts'
import { openSol, type Sol, type SolEnd, type SolOptions } from '#lib/ipmi/sol/open.ts'
import type { SolNotice } from '#lib/ipmi/sol/stream.ts'
import type { SimulatedNode } from '../node.ts'
import { startRack, type Rack, type RackOptions } from '../rack.ts'
import { uniformRack } from '../rack-plan.ts'
import type { MakeName } from '../makes.ts'
import type { PersonaName } from '../personas.ts'

const opened: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close()
})

async function startNode(options: RackOptions & { make?: MakeName; persona?: PersonaName } = {}): Promise<SimulatedNode> {
  const { make = 'dell', persona = 'healthy', ...rest } = options
  return (await start({ nodes: [{ name: 'n1', make, persona, protocol: 'ipmi', faces: ['ipmi'] }], ...rest })).node('n1')
}

async function start(options: RackOptions): Promise<Rack> {
  const rack = await startRack(options)
  opened.push(rack)
  return rack
}

type Open = Sol & { seen: () => string; end: () => SolEnd | undefined; notices: SolNotice[]; until: (text: string | RegExp) => Promise<void> }

async function openOn(node: SimulatedNode, options: Partial<SolOptions> = {}): Promise<Open> {
  const { address: host, ports, username, password } = node.describe()
  const session = await openSession({ host, port: ports.ipmi!, username, password })
  opened.push(session)
  const parts: string[] = []
  const notices: SolNotice[] = []
  let ended: SolEnd | undefined
  const sol = await openSol(session, {
    onBytes: (bytes) => parts.push(bytes.toString('latin1')),
    onEnd: (end) => (ended = end),
    onNotice: (notice) => notices.push(notice),
    keepaliveMs: 200,
    ...options,
  })
  opened.push(sol)
  const seen = () => parts.join('')
  // Of much output only the end is searched.
  const recent = () => parts.slice(-200).join('')
  return { ...sol, seen, notices, end: () => ended, until: (text) => eventually(() => (typeof text === 'string' ? recent().includes(text) : text.test(recent()))) }
}

async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10)
}

const type = (sol: Sol, keys: string) => sol.write(Buffer.from(keys, 'latin1'))

async function logIn(sol: Open): Promise<void> {
  await type(sol, 'root\r')
  await sol.until('Password')
  await type(sol, 'x\r')
  await sol.until(/# $/)
}

test('a boot is seen from firmware to login, and a command answers', async () => {
  const node = await startNode({ persona: 'off' })
  const sol = await openOn(node)
  expect(await type(sol, 'x')).toBe('refused')
  expect(sol.notices).toContain('unavailable')
  node.machine.reset('On', 'ipmi')
  await sol.until('GNU GRUB')
  await type(sol, '\r')
  await sol.until('n1 login: ')
  await logIn(sol)
  await type(sol, 'echo $((6*7))\r')
  await sol.until('\r\n42\r\n')
})

test('one session has it: another is told so, and may take it', async () => {
  const node = await startNode()
  const first = await openOn(node)
  await expect(openOn(node)).rejects.toMatchObject({ kind: 'payload-active' })
  const second = await openOn(node, { takeOver: true })
  await eventually(() => first.end() !== undefined)
  expect(first.end()?.reason).toBe('taken')
  await type(second, '\r')
  await second.until('login: ')
})

test('sol-busy: somebody unknown holds it', async () => {
  const node = await startNode({ persona: 'sol-busy' })
  await expect(openOn(node)).rejects.toMatchObject({ kind: 'payload-active', completionCode: 0x80 })
  await openOn(node, { takeOver: true })
})

test('disabled is an error of its own', async () => {
  const node = await startNode()
  const { address: host, ports, username, password } = node.describe()
  const session = await openSession({ host, port: ports.ipmi!, username, password })
  opened.push(session)
  await session.send(setSolParameter, { parameter: solParameters.enable, data: Buffer.of(0) })
  await expect(openOn(node)).rejects.toMatchObject({ kind: 'payload-disabled' })
})

test.each([
  ['gigabyte', 'closes it with a word'],
  ['openbmc', 'forgets it without one'],
] as const)('%s %s when the host is cycled', async (make, _how) => {
  const node = await startNode({ make })
  const sol = await openOn(node)
  await type(sol, '\r')
  node.machine.reset('ForceOff', 'ipmi')
  await eventually(() => sol.end() !== undefined)
  expect(sol.end()?.reason).toBe('closed-by-bmc')
  await openOn(node)
})

test('on others it stays', async () => {
  const node = await startNode({ timing: { powerOnMs: 0, cycleOffMs: 0 } })
  const sol = await openOn(node)
  node.machine.reset('PowerCycle', 'ipmi')
  await sol.until('GNU GRUB')
  expect(sol.end()).toBeUndefined()
})

test('a BMC that restarts, or falls silent: lost', async () => {
  const restarted = await startNode()
  const first = await openOn(restarted)
  restarted.restartBmc()
  await eventually(() => first.end() !== undefined)
  expect(first.end()?.reason).toBe('lost')
  const again = await openOn(restarted)
  restarted.setPersona('unreachable')
  await eventually(() => again.end() !== undefined)
  expect(again.end()?.reason).toBe('lost')
  await expect(type(again, 'x')).rejects.toMatchObject({ kind: 'session-lost' })
}, 30_000)

test('closing deactivates it at the BMC', async () => {
  const node = await startNode()
  const sol = await openOn(node)
  expect(node.ipmi!.sol.holder()).not.toBe(0)
  await sol.close()
  expect(node.ipmi!.sol.holder()).toBe(0)
  expect(sol.end()).toBeUndefined()
})

test('break and a key is SysRq; a paste longer than the host reads is accepted in parts', async () => {
  const sol = await openOn(await startNode())
  await logIn(sol)
  void sol.sendBreak()
  await type(sol, 'h')
  await sol.until('sysrq: HELP')
  await type(sol, 'sleep 1\r')
  expect(await type(sol, `echo ${'abcdefghi '.repeat(40)}\r`)).toBe('accepted')
  await sol.until(`\r\n${'abcdefghi '.repeat(40).trim()}\r\n`)
}, 30_000)

test('a slow consumer: the host is held back, nothing is lost, and little is kept', async () => {
  const sol = await openOn(await startNode())
  await logIn(sol)
  const before = sol.seen().length
  await type(sol, 'cat big\r')
  let most = 0
  for (let i = 0; i < 3; i++) {
    sol.pause()
    const seen = sol.seen().length
    await sleep(700)
    expect(sol.seen().length).toBe(seen)
    most = Math.max(most, sol.held().backlog)
    sol.resume()
    await sleep(20)
  }
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(5000)
  await sol.until(/big 131071 .*\r\n.*# $/)
  const numbers = sol.seen().slice(before).match(/big \d{6}/g)!.map((text) => Number(text.slice(4)))
  expect(numbers.length).toBe(131_072)
  expect(numbers.every((number, i) => number === i)).toBe(true)
}, 60_000)

test('5 % loss each way, ten consoles, 100,000 lines: none lost, none doubled, in order', async () => {
  const rack = await start({ nodes: uniformRack(10, ['healthy'], ['ipmi']), loss: 0.05 })
  const lineCount = 10_000
  await Promise.all(
    rack.nodes.map(async (node) => {
      const sol = await openOn(node, { keepaliveMs: 2000 })
      await logIn(sol)
      await type(sol, `seq 1 ${lineCount}\r`)
      await sol.until(new RegExp(`\\r\\n${lineCount}\\r\\n`))
      const output = sol.seen().slice(sol.seen().indexOf(`seq 1 ${lineCount}\r\n`))
      const numbers = output.split('\r\n').slice(1, -1).map(Number)
      expect(numbers).toEqual(Array.from({ length: lineCount }, (_, i) => i + 1))
      // What was typed arrived once as well: the echo shows it.
      expect(sol.seen().split('seq 1 ').length).toBe(2)
    }),
  )
}, 60_000)
