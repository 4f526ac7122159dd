import { afterEach, describe, expect, it } from 'vitest'
import type { ConsoleRoute } from '#lib/domain/bmc.ts'
import type { MakeName } from '#simulator/makes.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { openConsole, type BmcConsole, type ConsoleEnd, type ConsoleOptions } from './console.ts'
import { BmcError } from './errors.ts'
import { openRedfishBmc } from './redfish-bmc.ts'
import { openSshConsole, type HostKeyKeeper } from './ssh-console.ts'

const open: { close: () => Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

function createKeeper(): HostKeyKeeper & { trusted: string | null; others: string[] } {
  const keeper = {
    trusted: null as string | null,
    others: [] as string[],
    known: async () => keeper.trusted,
    pin: async (key: string) => void (keeper.trusted = key),
    noteOther: async (key: string) => void keeper.others.push(key),
  }
  return keeper
}

async function rackOf(make: MakeName): Promise<Rack> {
  const rack = await startRack({ nodes: [{ name: 'n1', make, persona: 'healthy', protocol: 'redfish', faces: ['redfish', 'ipmi'], hasSsh: true }] })
  open.push(rack)
  return rack
}

const toTarget = (rack: Rack, port: number, more = {}) => ({ address: 'n1.bmc', ip: '127.0.0.1', port, username: 'admin', password: 'secret', pin: null, ...more })

/** What a probe over Redfish tells of the way. */
async function findRoute(rack: Rack): Promise<ConsoleRoute> {
  const bmc = await openRedfishBmc(toTarget(rack, rack.node('n1').redfish!.port))
  const { consoles } = await bmc.readAbilities(20_000)
  await bmc.close()
  return consoles!.find(({ way }) => way === 'ssh')!
}

type Opened = BmcConsole & { seen: () => string; ended: Promise<ConsoleEnd> }

async function openBySsh(rack: Rack, hostKeys: HostKeyKeeper, more: Partial<ConsoleOptions> = {}): Promise<Opened> {
  const route = await findRoute(rack)
  expect(route).toMatchObject({ can: true, port: rack.node('n1').ssh!.port })
  let seen = ''
  let onEnd: (end: ConsoleEnd) => void = () => {}
  const ended = new Promise<ConsoleEnd>((resolve) => (onEnd = resolve))
  const console = await openSshConsole({ ...toTarget(rack, route.port!), route, hostKeys }, { onBytes: (bytes) => (seen += bytes.toString('latin1')), onEnd, ...more })
  open.push(console)
  return { ...console, seen: () => seen, ended }
}

const failureOf = async (opening: Promise<unknown>): Promise<BmcError> => {
  const error = await opening.then(() => undefined, (failure: unknown) => failure)
  expect(error).toBeInstanceOf(BmcError)
  return error as BmcError
}

describe.each(['openbmc', 'dell', 'hpe'] as const)('the console of a simulated %s over SSH', (make) => {
  it('is found by a probe, entered, typed into and left', async () => {
    const rack = await rackOf(make)
    const keeper = createKeeper()
    const console = await openBySsh(rack, keeper)
    expect(console).toMatchObject({ via: 'ssh', canBreak: false, address: expect.stringContaining('n1.bmc:') })
    await console.write(Buffer.from('\r'))
    await expect.poll(console.seen, { timeout: 10_000 }).toContain('login:')
    await console.write(Buffer.from('nobody'))
    await expect.poll(console.seen, { timeout: 10_000 }).toMatch(/nobody$/)
    expect(await console.sendBreak()).toBe('refused')
    expect(keeper.trusted).toMatch(/^ssh-ed25519 SHA256:/)
    await console.close()
    await openBySsh(rack, keeper)
  }, 30_000)
})

describe('a console over SSH', () => {
  it('is busy while somebody is on the serial port, and SOL is while SSH is', async () => {
    const rack = await rackOf('hpe')
    const ipmi = rack.node('n1').ipmi!.port
    const sol = await openConsole(toTarget(rack, ipmi), { onBytes: () => {}, onEnd: () => {} })
    await expect.poll(() => rack.node('n1').serial.isAttached()).toBe(true)
    const failure = await failureOf(openBySsh(rack, createKeeper()))
    expect(failure).toMatchObject({ kind: 'console-busy', message: expect.stringMatching(/^n1\.bmc:\d+: /) })
    await sol.close()
    await expect.poll(() => rack.node('n1').serial.isAttached()).toBe(false)
    await openBySsh(rack, createKeeper())
    expect((await failureOf(openConsole(toTarget(rack, ipmi), { onBytes: () => {}, onEnd: () => {} }))).kind).toBe('console-busy')
  }, 30_000)

  it('stops before the password when another host key is shown, and notes that key', async () => {
    const rack = await rackOf('openbmc')
    const keeper = createKeeper()
    await (await openBySsh(rack, keeper)).close()
    const ssh = rack.node('n1').ssh!
    const tried = ssh.attempts()
    ssh.changeHostKey()
    expect((await failureOf(openBySsh(rack, keeper))).kind).toBe('host-key')
    expect(ssh.attempts()).toBe(tried)
    expect(keeper.others).toHaveLength(1)
    keeper.trusted = keeper.others[0]!
    await openBySsh(rack, keeper)
  }, 30_000)

  it('gives a refused password once', async () => {
    const rack = await rackOf('dell')
    rack.node('n1').setPersona('wrong-password')
    const route: ConsoleRoute = { way: 'ssh', can: true, entry: 'console com2', exit: '\u001c' }
    const ssh = rack.node('n1').ssh!
    const opening = openSshConsole({ ...toTarget(rack, ssh.port), route, hostKeys: createKeeper() }, { onBytes: () => {}, onEnd: () => {} })
    expect((await failureOf(opening)).kind).toBe('credentials')
    expect(ssh.attempts()).toBe(1)
  })

  it('ends as lost when the BMC goes away', async () => {
    const rack = await rackOf('openbmc')
    const console = await openBySsh(rack, createKeeper())
    await rack.node('n1').ssh!.close()
    expect((await console.ended).kind).toBe('lost')
  })

  it('is not there where nothing listens', async () => {
    const rack = await rackOf('openbmc')
    const { port, close } = rack.node('n1').ssh!
    await close()
    const opening = openSshConsole({ ...toTarget(rack, port), route: { way: 'ssh', can: true }, hostKeys: createKeeper() }, { onBytes: () => {}, onEnd: () => {} })
    expect((await failureOf(opening)).kind).toBe('refused')
  })
})
