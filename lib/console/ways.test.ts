import { describe, expect, it } from 'vitest'
import type { BmcConsole } from '#lib/bmc/console.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { BmcFailureKind, ConsoleRoute } from '#lib/domain/bmc.ts'
import { chooseWays, openByFirst, type Way } from './ways.ts'

const ipmi = { protocol: 'ipmi', port: 623, state: 'ok' }
const redfish = { protocol: 'redfish', port: 443, state: 'ok' }
const all: ConsoleRoute[] = [
  { way: 'sol', can: true },
  { way: 'ssh', can: true, port: 2200 },
  { way: 'websocket', can: true },
]
const named = (ways: readonly Way[]) => ways.map(({ way, port }) => `${way}:${port}`)

describe('the ways to try', () => {
  it('are SOL, SSH, WebSocket', () => {
    expect(named(chooseWays({ endpoints: [redfish, ipmi], capabilities: { consoles: all } }, 'auto').ways)).toEqual(['sol:623', 'ssh:2200', 'websocket:443'])
  })

  it('are SOL alone before a probe has told of others', () => {
    expect(named(chooseWays({ endpoints: [redfish, ipmi], capabilities: null }, 'auto').ways)).toEqual(['sol:623'])
  })

  it('leave out what the record denies, and IPMI that is not there', () => {
    const consoles: ConsoleRoute[] = [{ way: 'sol', can: false, reason: 'off' }, all[1]!]
    expect(named(chooseWays({ endpoints: [redfish, ipmi], capabilities: { consoles } }, 'auto').ways)).toEqual(['ssh:2200'])
    const absent = { ...ipmi, state: 'absent' }
    expect(named(chooseWays({ endpoints: [redfish, absent], capabilities: { consoles: [all[1]!] } }, 'auto').ways)).toEqual(['ssh:2200'])
  })

  it('ask the BMC itself for SOL when the record denies everything, and say why when there is nothing to ask', () => {
    const consoles: ConsoleRoute[] = [
      { way: 'sol', can: false, reason: 'off' },
      { way: 'ssh', can: false, reason: 'no SSH' },
    ]
    expect(named(chooseWays({ endpoints: [ipmi], capabilities: { consoles } }, 'auto').ways)).toEqual(['sol:623'])
    const none = chooseWays({ endpoints: [redfish], capabilities: { consoles } }, 'auto')
    expect(none.ways).toEqual([])
    expect(none.reasons).toContain('no SSH')
  })

  it('are the one that was chosen, at the port that was given', () => {
    const facts = { endpoints: [redfish, ipmi, { protocol: 'ssh', port: 2022, state: 'absent' }], capabilities: { consoles: all } }
    expect(named(chooseWays(facts, 'ssh').ways)).toEqual(['ssh:2022'])
    expect(named(chooseWays(facts, 'websocket').ways)).toEqual(['websocket:443'])
  })

  it('do not go to a command line of which no command is known, even when SSH is chosen', () => {
    const consoles: ConsoleRoute[] = [{ way: 'ssh', can: false, reason: 'it does not say' }]
    expect(chooseWays({ endpoints: [ipmi, { protocol: 'ssh', port: 22, state: 'absent' }], capabilities: { consoles } }, 'ssh')).toEqual({ ways: [], reasons: ['it does not say'] })
  })
})

describe('opening by the first way that leads there', () => {
  const { ways } = chooseWays({ endpoints: [redfish, ipmi], capabilities: { consoles: all } }, 'auto')
  const fail = (kind: BmcFailureKind, port: number) => new BmcError(kind, `b:${port}`, `b:${port}: ${kind}`)

  async function tryWith(kinds: Partial<Record<Way['way'], BmcFailureKind>>) {
    const tried: string[] = []
    const opening = openByFirst(ways, async ({ way, port }) => {
      tried.push(way)
      const kind = kinds[way]
      if (kind !== undefined) throw fail(kind, port)
      return { via: way } as BmcConsole
    })
    const outcome = await opening.then(({ via }) => via, (error: BmcError) => error)
    return { tried, outcome }
  }

  it.each(['unsupported', 'refused', 'cipher-suite', 'downgrade'] as const)('goes on after %s', async (kind) => {
    expect(await tryWith({ sol: kind })).toEqual({ tried: ['sol', 'ssh'], outcome: 'ssh' })
  })

  it.each(['credentials', 'console-busy', 'unreachable', 'certificate', 'host-key', 'session-limit'] as const)('stops at %s', async (kind) => {
    const { tried, outcome } = await tryWith({ sol: kind })
    expect(tried).toEqual(['sol'])
    expect(outcome).toMatchObject({ kind })
  })

  it('tells what all said, and what may come back before what will not', async () => {
    const { outcome } = await tryWith({ sol: 'unsupported', ssh: 'refused', websocket: 'unsupported' })
    expect(outcome).toMatchObject({ kind: 'refused', message: 'b:623: unsupported; b:2200: refused; b:443: unsupported' })
  })
})
