import { mkdtempSync, readdirSync, rmSync, truncateSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeBmc, createFakeSocket, noStore, person } from './fake-bmc.ts'
import { openHub, type Hub, type HubOptions } from './hub.ts'
import { createScreen } from './screen.ts'
import { openStore } from './store.ts'

const hubs: Hub[] = []
const folder = mkdtempSync(join(tmpdir(), 'baseboard-hub-'))
const [ada, bob] = [person('ada'), person('bob')]

async function start(changes: Partial<HubOptions> = {}) {
  const bmc = createFakeBmc()
  const audit: string[] = []
  const hub = await openHub({
    node: 'n7',
    open: bmc.open,
    answers: bmc.answers,
    store: noStore,
    capture: 'watched',
    complain: () => {},
    audit: async (who, deed, more) => void audit.push([who.name, deed, more?.target].filter(Boolean).join(' ')),
    ...changes,
  })
  hubs.push(hub)
  const enter = (who = ada, options: { mode?: 'drive' | 'watch'; place?: { stream: string; offset: number; mark: number } } = {}) => {
    const line = createFakeSocket()
    const handle = hub.join(who, options.mode ?? 'drive', options.place ?? null, line.socket)!
    return { ...line, line, ...handle }
  }
  return { bmc, hub, audit, enter }
}

const settle = async () => {
  for (let n = 0; n < 5; n += 1) await vi.advanceTimersByTimeAsync(20)
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] }))
afterEach(async () => {
  for (const hub of hubs.splice(0)) {
    const closing = hub.close()
    if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(100)
    await closing
  }
  vi.useRealTimers()
})

/** What a terminal shows that is given a picture and then bytes. */
async function shown(picture: string, bytes: string): Promise<string> {
  const screen = createScreen({ columns: 80, rows: 24 }, () => {})
  screen.write(Buffer.from(picture))
  screen.write(Buffer.from(bytes))
  const made = screen.picture()
  await settle()
  return (await made).screen.toString()
}

describe('the first output after a start', () => {
  const listen = async () => {
    const told: string[] = []
    const made = await start({ capture: 'always', onFirstOutput: (after) => told.push(after) })
    await vi.advanceTimersByTimeAsync(2_000)
    return { ...made, told, mark: (action: string) => made.hub.mark({ kind: 'power', action, by: 'ada' }) }
  }

  it('is told once, with the command', async () => {
    const { bmc, told, mark } = await listen()
    bmc.print('before')
    mark('ForceRestart')
    expect(told).toEqual([])
    bmc.print('BIOS 1.4b\r\n')
    bmc.print('more')
    expect(told).toEqual(['ForceRestart'])
  })

  it.each([
    ['the shutdown of a graceful command', ['GracefulRestart']],
    ['what is left to say after a force off', ['On', 'ForceOff']],
  ])('is not %s', async (_, actions) => {
    const { bmc, told, mark } = await listen()
    for (const action of actions) mark(action)
    bmc.print('systemd[1]: Stopping\r\n')
    expect(told).toEqual([])
  })

  it('is not what the BMC says again of an earlier session', async () => {
    const { bmc, told, mark } = await listen()
    mark('PowerCycle')
    bmc.end('closed-by-bmc')
    for (let n = 0; n < 400 && !bmc.isOpen(); n++) await vi.advanceTimersByTimeAsync(100)
    bmc.print('login: (kept from before)')
    expect(told).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    bmc.print('BIOS')
    expect(told).toEqual(['PowerCycle'])
  })
})

describe('the session', () => {
  it('is one, whatever the number of viewers, opened with the first and kept 10 minutes after the last', async () => {
    const { bmc, enter, hub } = await start()
    expect(bmc.log).toEqual([])
    const [first, second] = [enter(), enter(bob)]
    await settle()
    expect([bmc.log, hub.status().state]).toEqual([['open'], 'open'])
    first.leave()
    second.leave()
    await vi.advanceTimersByTimeAsync(9 * 60_000)
    const third = enter()
    await vi.advanceTimersByTimeAsync(11 * 60_000)
    expect(bmc.log).toEqual(['open'])
    third.leave()
    await vi.advanceTimersByTimeAsync(10 * 60_000 + 100)
    expect([bmc.log, hub.status().state, hub.isIdle()]).toEqual([['open', 'close'], 'closed', true])
  })

  it('goes on unrecorded when the disk is full, with a mark in the stream (checklist 53)', async () => {
    const { bmc, hub, enter } = await start({ capture: 'always' })
    const viewer = enter()
    await settle()
    hub.setRecorded(false)
    await settle()
    bmc.print('still here')
    await settle()
    expect([bmc.log, hub.status().state, viewer.last('mark')]).toMatchObject([['open'], 'open', { kind: 'recordingFailed' }])
  })

  it('is closed at once while it must be recorded and cannot be, says why, and comes back by itself (checklist 53)', async () => {
    const begun: number[] = []
    const store = { ...noStore, begin: () => void begun.push(Date.now()) }
    const { bmc, hub, enter } = await start({ capture: 'required', store })
    const viewer = enter()
    await settle()
    hub.setRecorded(false)
    await settle()
    expect([bmc.log, hub.status()]).toMatchObject([['open', 'close'], { state: 'failed', reason: 'unrecorded' }])
    expect(viewer.last('state')).toMatchObject({ state: 'failed', reason: 'unrecorded' })
    const before = begun.length
    enter(bob)
    await vi.advanceTimersByTimeAsync(12_000)
    // Nothing comes that could be written, and still the disk is tried.
    expect([bmc.log.length, begun.length > before]).toEqual([2, true])
    hub.setRecorded(true)
    await settle()
    expect([bmc.log, hub.status().state, viewer.last('mark')]).toMatchObject([['open', 'close', 'open'], 'open', expect.anything()])
  })

  it('is open without anybody when it is always captured', async () => {
    const { bmc, hub, enter } = await start({ capture: 'always' })
    await settle()
    bmc.print('seen by nobody\r\n')
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    expect(bmc.isOpen()).toBe(true)
    expect(enter().text()).toContain('seen by nobody')
    hub.setCapture('watched')
    expect(hub.isIdle()).toBe(false)
  })

  it('comes back by itself within 5 s after the BMC answers, however long it was away', async () => {
    const { bmc, enter, hub } = await start()
    const viewer = enter()
    await settle()
    bmc.isAnswering = false
    bmc.end('lost')
    await vi.advanceTimersByTimeAsync(20 * 60_000)
    expect(hub.status()).toMatchObject({ state: 'lost' })
    // Cheap: no login was tried while it was silent.
    expect(bmc.log.filter((one) => one !== 'ping')).toEqual(['open'])
    bmc.isAnswering = true
    await vi.advanceTimersByTimeAsync(3_100)
    expect(hub.status()).toMatchObject({ state: 'open', via: 'sol' })
    expect(viewer.kinds().filter((kind) => ['opened', 'lost', 'found'].includes(kind))).toEqual(['opened', 'lost', 'found'])
  })

  it('is opened again at once when the BMC closes it, and less often when it goes on doing so', async () => {
    const { bmc, enter, hub } = await start()
    const viewer = enter()
    await vi.advanceTimersByTimeAsync(6_000)
    bmc.end('closed-by-bmc')
    await vi.advanceTimersByTimeAsync(300)
    expect(hub.status().state).toBe('open')
    expect(viewer.kinds()).toContain('closedByBmc')
    const before = bmc.opened
    for (let n = 0; n < 100; n += 1) {
      bmc.end('closed-by-bmc')
      await vi.advanceTimersByTimeAsync(300)
    }
    expect(bmc.opened - before).toBeLessThan(15)
  })

  it('says that somebody else holds it, and takes it when asked to', async () => {
    const { bmc, enter, audit, hub } = await start()
    bmc.fail('console-busy')
    const viewer = enter()
    await settle()
    expect(viewer.last('state')).toMatchObject({ state: 'busy', reason: 'console-busy', retryInMs: 15_000 })
    viewer.ask({ type: 'takeSession' })
    await settle()
    expect([bmc.log, hub.status().state, audit]).toEqual([['open', 'open by force'], 'open', ['ada console-take-session']])
  })

  it('does not fight with who took it', async () => {
    const { bmc, enter, hub } = await start()
    enter()
    await settle()
    bmc.fail('console-busy')
    bmc.end('taken')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(hub.status().state).toBe('busy')
    expect(bmc.log).not.toContain('open by force')
  })

  it('takes its own silent session back, which the BMC still holds', async () => {
    const { bmc, enter, hub } = await start()
    enter()
    await settle()
    bmc.fail('console-busy')
    bmc.end('session-ended')
    await vi.advanceTimersByTimeAsync(1_000)
    expect([bmc.log, hub.status().state]).toEqual([['open', 'open by force'], 'open'])
  })

  it.each(['credentials', 'unsupported', 'certificate', 'no-credential'] as const)('does not try %s again by itself', async (kind) => {
    const { bmc, enter } = await start()
    bmc.fail(kind)
    const viewer = enter()
    await vi.advanceTimersByTimeAsync(600_000)
    expect([bmc.log, viewer.last('state')]).toMatchObject([['open'], { state: 'failed', reason: kind, retryInMs: null }])
    bmc.fail(null)
    viewer.ask({ type: 'retry' })
    await settle()
    expect(viewer.last('state')?.state).toBe('open')
  })

  it('tells from the BMC, not from the power, whether what is typed arrives', async () => {
    const { bmc, enter } = await start()
    const viewer = enter()
    await settle()
    bmc.notice('host-unavailable')
    expect(viewer.last('state')).toMatchObject({ state: 'open', host: 'unavailable' })
    bmc.notice('host-available')
    expect(viewer.last('state')).toMatchObject({ host: 'available' })
  })
})

describe('what a viewer sees', () => {
  it('is the same for who comes late as for who was there', async () => {
    const { bmc, enter } = await start()
    const first = enter()
    await settle()
    for (let n = 0; n < 20_000; n += 1) {
      bmc.print(`\x1b[3${n % 8}mline ${n} 服\x1b[0m\r\n`)
      if (n % 1_000 === 0) await vi.advanceTimersByTimeAsync(20)
    }
    bmc.print('\x1b[?1049h\x1b[5;10HGNU GRUB\x1b[7m Ubuntu')
    await settle()
    const late = enter(bob)
    await settle()
    bmc.print(' 24.04\x1b[0m')
    await settle()
    expect(late.last('screen')!.offset).toBeGreaterThan(0)
    expect(late.length()).toBeGreaterThanOrEqual(256 * 1024)
    expect(await shown(late.pictures()[0]!, late.text())).toBe(await shown(first.pictures()[0]!, first.text()))
    expect(late.kinds().at(-1)).toBe('live')
  })

  it('goes on where a browser left off: nothing lost, nothing doubled, marks too', async () => {
    const { bmc, enter } = await start()
    const first = enter()
    await settle()
    bmc.print('before ')
    await settle()
    const { stream } = first.last('screen')!
    const mark = first.frames.findLast((frame) => frame.type === 'mark')!.id
    first.leave()
    bmc.print('while it was away ')
    bmc.notice('overrun')
    const again = enter(ada, { place: { stream, offset: 'before '.length, mark } })
    bmc.print('after')
    await settle()
    expect(again.last('resume')).toEqual({ type: 'resume', stream, offset: 7 })
    expect(again.text()).toBe('while it was away after')
    expect(again.pictures()).toEqual([])
    expect(again.frames.filter((frame) => frame.type === 'mark').map((frame) => frame.kind)).toEqual(['overrun'])
  })

  it.each([
    ['another stream', { stream: 'ffff', offset: 0, mark: 0 }],
    ['a place that was never there', { offset: 10_000, mark: 0 }],
    ['marks that were never there', { offset: 0, mark: 99 }],
  ])('begins anew with %s', async (_, place) => {
    const { enter } = await start()
    const { stream } = enter().last('screen')!
    const again = enter(ada, { place: { stream, ...place } })
    expect([again.last('resume'), again.last('screen')?.offset]).toEqual([undefined, 0])
  })

  it('is the screen as it is, when its line was too slow; memory does not grow, and the others do not wait', async () => {
    const { bmc, enter } = await start()
    const [fast, slow] = [enter(), enter(bob)]
    await settle()
    slow.line.takes = false
    for (let n = 0; n < 2_000; n += 1) {
      bmc.print(`${'x'.repeat(1020)}${String(n % 10)}\r\n`)
      if (n % 50 === 0) await vi.advanceTimersByTimeAsync(30)
    }
    await settle()
    expect(slow.line.waiting()).toBeLessThan(320 * 1024)
    expect(fast.length()).toBe(2_000 * 1023)
    slow.line.take()
    await settle()
    bmc.print('the end')
    await settle()
    const screen = slow.last('screen')!
    expect(screen.skipped).toBeGreaterThan(1_000_000)
    expect(slow.pictures().at(-1)).toContain('xxx')
    expect(slow.text().endsWith('the end')).toBe(true)
  })

  it('slows the BMC down while everybody is behind, and no longer for who is stuck', async () => {
    const { bmc, enter } = await start()
    const viewer = enter()
    await settle()
    viewer.line.takes = false
    for (let n = 0; n < 10; n += 1) {
      bmc.print('y'.repeat(50 * 1024))
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(bmc.isPaused).toBe(true)
    viewer.line.take()
    await settle()
    expect(bmc.isPaused).toBe(false)
    viewer.line.takes = false
    for (let n = 0; n < 10; n += 1) bmc.print('z'.repeat(50 * 1024))
    expect(bmc.isPaused).toBe(true)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(bmc.isPaused).toBe(false)
  })

  it('has the size that the driver sets, in its place in the stream', async () => {
    const { bmc, enter } = await start()
    const [driver, other] = [enter(), enter(bob)]
    await settle()
    bmc.print('small')
    driver.ask({ type: 'size', columns: 120, rows: 40 })
    other.ask({ type: 'size', columns: 20, rows: 5 })
    await settle()
    expect(other.last('size')).toMatchObject({ offset: 5, columns: 120, rows: 40, by: 'ada' })
    expect(other.last('refused')).toMatchObject({ what: 'size', reason: 'not-driver' })
  })
})

describe('driving', () => {
  it('is one’s, until another takes over, who names the one displaced', async () => {
    const { bmc, enter, audit } = await start()
    const [first, second] = [enter(), enter(bob)]
    await settle()
    expect(second.last('viewers')).toMatchObject({ driver: 'v1', viewers: [{ name: 'ada' }, { name: 'bob' }] })
    second.type(Buffer.from('rm'))
    expect(second.last('refused')).toEqual({ type: 'refused', what: 'type', reason: 'not-driver' })
    second.ask({ type: 'take' })
    await settle()
    second.type(Buffer.from('ls'))
    first.type(Buffer.from('no'))
    expect(first.last('takenOver')).toEqual({ type: 'takenOver', by: 'bob', from: 'ada' })
    expect(first.last('refused')?.reason).toBe('not-driver')
    expect([bmc.log, audit]).toEqual([['open', 'type ls'], ['bob console-take-over ada']])
  })

  it('is kept 15 s for a page that is reloaded, then is the first one’s who types', async () => {
    const { bmc, enter } = await start()
    const [first, second] = [enter(), enter(bob)]
    await settle()
    first.leave()
    second.type(Buffer.from('x'))
    expect(second.last('viewers')).toMatchObject({ driver: null, heldFor: 'ada' })
    const again = enter()
    expect(again.last('viewers')?.driver).toBe('v3')
    again.leave()
    await vi.advanceTimersByTimeAsync(15_100)
    second.type(Buffer.from('y'))
    expect(second.last('viewers')?.driver).toBe('v2')
    expect(bmc.log).toEqual(['open', 'type y'])
  })

  it('is not for who only watches', async () => {
    const { bmc, enter } = await start()
    const viewer = enter(ada, { mode: 'watch' })
    await settle()
    viewer.type(Buffer.from('x'))
    for (const type of ['take', 'break', 'retry'] as const) viewer.ask({ type })
    await settle()
    expect(viewer.frames.filter((frame) => frame.type === 'refused').map((frame) => frame.reason)).toEqual(Array(4).fill('watch-only'))
    expect(bmc.log).toEqual(['open'])
  })

  it('throws away what is typed while there is no session, and says so', async () => {
    const { bmc, enter } = await start()
    const viewer = enter()
    viewer.type(Buffer.from('early'))
    await settle()
    expect(viewer.last('refused')).toMatchObject({ what: 'type', reason: 'not-open' })
    bmc.refuse(true)
    await vi.advanceTimersByTimeAsync(1_000)
    viewer.type(Buffer.from('off'))
    await settle()
    expect(viewer.last('refused')).toMatchObject({ what: 'type', reason: 'host-unavailable' })
    expect(bmc.log).toEqual(['open', 'type off'])
  })

  it('sends a break and SysRq, in order, each in the audit first', async () => {
    const { bmc, enter, audit } = await start()
    const viewer = enter()
    await settle()
    viewer.ask({ type: 'sysrq', key: 's' })
    viewer.type(Buffer.from('after'))
    viewer.ask({ type: 'break' })
    await settle()
    expect(bmc.log).toEqual(['open', 'break', 'type s', 'type after', 'break'])
    expect(audit).toEqual(['ada console-sysrq', 'ada console-break'])
    expect(viewer.kinds().filter((kind) => ['sysrq', 'break'].includes(kind))).toEqual(['sysrq', 'break'])
  })

  it('sends nothing of a SysRq where no break can be sent: its key alone would be typed', async () => {
    const { bmc, enter, audit } = await start()
    bmc.canBreak = false
    const viewer = enter()
    await settle()
    viewer.ask({ type: 'sysrq', key: 'b' })
    viewer.ask({ type: 'break' })
    await settle()
    expect(bmc.log).toEqual(['open'])
    expect(audit).toEqual([])
    expect(viewer.last('refused')).toMatchObject({ what: 'break', reason: 'no-break' })
  })

  it('does nothing that cannot be written to the audit; typing goes on', async () => {
    const { bmc, enter } = await start({ audit: () => Promise.reject(new Error('away')) })
    const [first, second] = [enter(), enter(bob)]
    await settle()
    first.ask({ type: 'break' })
    second.ask({ type: 'take' })
    await settle()
    first.type(Buffer.from('x'))
    expect([first.last('refused')?.reason, second.last('refused')?.reason]).toEqual(['audit-away', 'audit-away'])
    expect(bmc.log).toEqual(['open', 'type x'])
  })

  it('counts bytes, and takes no more than 32 and 20 requests a second', async () => {
    const { bmc, hub, enter } = await start()
    const viewer = enter()
    await settle()
    bmc.print('12345')
    viewer.type(Buffer.from('abc'))
    for (let n = 0; n < 30; n += 1) viewer.ask({ type: 'retry' })
    expect(viewer.frames.filter((frame) => frame.type === 'refused' && frame.reason === 'too-fast').length).toBe(10)
    expect(viewer.leave()).toMatchObject({ bytesIn: 3, bytesOut: 5 })
    for (let n = 0; n < 32; n += 1) enter(bob)
    expect(hub.join(ada, 'drive', null, createFakeSocket().socket)).toBeNull()
  })
})

describe('the history', () => {
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const store = () => openStore(folder, () => {})

  beforeEach(() => vi.useRealTimers())
  const wait = () => new Promise((resolve) => setTimeout(resolve, 60))

  it('survives a restart, marks and all, and is cut at 256 KiB', async () => {
    const first = await start({ store: store() })
    const viewer = first.enter()
    await wait()
    for (let n = 0; n < 40; n += 1) {
      first.bmc.print(`${n} `.padEnd(16 * 1024, 'x'))
      await new Promise((resolve) => setImmediate(resolve))
      if (n % 4 === 0) await wait()
    }
    first.hub.mark({ kind: 'power', action: 'PowerCycle', by: 'ada' })
    first.bmc.print('the last words')
    await first.hub.close()
    const kept = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
    expect(kept.reduce((sum, size) => sum + size, 0)).toBeLessThan(700 * 1024)

    const second = await start({ store: store() })
    const late = second.enter(bob)
    await wait()
    expect(late.text().endsWith('the last words')).toBe(true)
    expect(late.length()).toBeGreaterThanOrEqual(256 * 1024)
    expect(viewer.text().endsWith(late.text())).toBe(true)
    expect(late.kinds().filter((kind) => ['power', 'restarted', 'opened'].includes(kind))).toEqual(['power', 'restarted', 'opened'])
    expect(late.last('screen')?.stream).not.toBe(viewer.last('screen')?.stream)
    await second.hub.close()

    const third = await start({ store: store() })
    expect(third.enter().kinds().filter((kind) => kind === 'restarted').length).toBe(2)
  })

  it('counts up to where it was cut off by a crash', async () => {
    const first = await start({ store: store() })
    first.enter()
    await wait()
    first.bmc.print('whole. ')
    await wait()
    first.bmc.print('cut off')
    await first.hub.close()
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.console'))!)
    truncateSync(file, statSync(file).size - 120)
    const second = await start({ store: store() })
    expect(['', 'whole. ']).toContain(second.enter().text())
  })

  it('takes back a session that it held when it was killed', async () => {
    const first = await start({ store: store() })
    first.enter()
    await vi.waitFor(() => expect(first.bmc.log).toEqual(['open']), 5_000)
    await wait()
    const second = await start({ store: store() })
    second.bmc.fail('console-busy')
    second.enter()
    await vi.waitFor(() => expect(second.bmc.log).toEqual(['open by force']), 5_000)
  })
})
