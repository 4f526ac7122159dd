import { execFile, execFileSync, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConsole, type BmcConsole, type ConsoleEnd } from '#lib/bmc/console.ts'
import { openIpmiBmc } from '#lib/bmc/ipmi-bmc.ts'
import type { BmcTarget } from '#lib/bmc/target.ts'
import { rigsFolder } from '#lib/ipmi/testing/recordings.ts'
import type { SimulatedNode } from '#simulator/node.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'

// Serial over LAN with parts that we did not write: their consoles on our simulator, our console on a real Linux machine.

const run = promisify(execFile)

function isInstalled(tool: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

async function eventually(isSo: () => boolean, what: () => string, timeoutMs = 60_000, everyMs = 20): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not seen within ${timeoutMs} ms: ${what()}`)
    await sleep(everyMs)
  }
}

/** A program on a terminal of its own, which these consoles insist on: util-linux's `script` makes one. */
function onTerminal(command: readonly string[]) {
  const child = spawn('script', ['-qefc', command.join(' '), '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, LC_ALL: 'C', TERM: 'vt100' },
  })
  let screen = ''
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    screen += text
  })
  let hasEnded = false
  child.once('exit', () => {
    hasEnded = true
  })
  return {
    type: (keys: string) => child.stdin.write(keys),
    until: (text: string | RegExp) =>
      eventually(() => (typeof text === 'string' ? screen.includes(text) : text.test(screen)), () => `${String(text)} in ${JSON.stringify(screen.slice(-400))}`),
    ended: () => eventually(() => hasEnded, () => 'the end of the program'),
    kill: () => child.kill(),
  }
}

function describeWith(tool: string, title: string, tests: () => void): void {
  const missing = [tool, 'script'].filter((each) => !isInstalled(each))
  describe.skipIf(missing.length > 0)(missing.length > 0 ? `${title} (skipped: ${missing.join(' and ')} not installed)` : title, tests)
}

describeWith('ipmitool', 'ipmitool sol on our simulator', () => {
  let rack: Rack
  beforeAll(async () => {
    rack = await startRack({ nodes: uniformRack(1, ['healthy'], ['ipmi']) })
  })
  afterAll(() => rack.close())

  const target = (node: SimulatedNode, suite: string) => {
    const { address, ports, username, password } = node.describe()
    return ['-I', 'lanplus', '-C', suite, '-H', address, '-p', String(ports.ipmi), '-U', username, '-P', password]
  }

  test.each(['17', '3'])('suite %s: login, a command, a break, the escape', async (suite) => {
    const node = rack.node('n1')
    const terminal = onTerminal(['ipmitool', ...target(node, suite), 'sol', 'activate'])
    try {
      await terminal.until('SOL Session operational')
      terminal.type('\r')
      await terminal.until('login: ')
      await typeSlowly(terminal.type, 'root\r')
      await terminal.until('Password: ')
      await typeSlowly(terminal.type, 'x\r')
      await terminal.until('root@n1:~# ')
      await typeSlowly(terminal.type, 'echo $((6*7))\r')
      await terminal.until('\r\n42\r\n')
      await typeSlowly(terminal.type, 'seq 1 2000\r')
      await terminal.until('\r\n2000\r\n')
      await typeSlowly(terminal.type, '\r~B')
      await sleep(200)
      terminal.type('h')
      await terminal.until('sysrq: HELP')
      await typeSlowly(terminal.type, 'exit\r')
      await sleep(300)
      await typeSlowly(terminal.type, '\r~.')
      await terminal.ended()
      expect(node.ipmi!.sol.holder()).toBe(0)
    } finally {
      terminal.kill()
    }
  }, 90_000)

  test('sol info reads the configuration; sol deactivate ends a console', async () => {
    const node = rack.node('n1')
    const info = (await run('ipmitool', [...target(node, '17'), 'sol', 'info'])).stdout
    expect(info).toMatch(/Enabled +: true/)
    expect(info).toMatch(/Force Encryption +: true/)
    expect(info).toMatch(/Retry Count +: 7/)
    expect(info).toMatch(/Retry Interval \(ms\) +: 100/)
    expect(info).toMatch(/Volatile Bit Rate \(kbps\) +: 115\.2/)
    const terminal = onTerminal(['ipmitool', ...target(node, '3'), 'sol', 'activate'])
    try {
      await terminal.until('SOL Session operational')
      const second = onTerminal(['ipmitool', ...target(node, '3'), 'sol', 'activate'])
      await second.until(/already active/)
      await second.ended()
      await run('ipmitool', [...target(node, '3'), 'sol', 'deactivate'])
      expect(node.ipmi!.sol.holder()).toBe(0)
    } finally {
      terminal.kill()
    }
  }, 60_000)
})

/** ipmitool reads its terminal in small pieces and knows an escape only at the start of a line. */
async function typeSlowly(type: (keys: string) => unknown, keys: string): Promise<void> {
  for (const key of keys) {
    type(key)
    await sleep(15)
  }
}

describeWith('ipmiconsole', 'FreeIPMI’s ipmiconsole on our simulator', () => {
  let rack: Rack | undefined
  let refusal: unknown
  beforeAll(async () => {
    rack = await startRack({ nodes: uniformRack(1, ['healthy'], ['ipmi']), plan: '623', firstThird: 78 }).catch((error: unknown) => {
      refusal = error
      return undefined
    })
  })
  afterAll(() => rack?.close())

  test.each(['17', '3'])('suite %s: login, a command, the escape', async (suite) => {
    if (!rack) return console.log(`skipped: port 623 cannot be had here (${String(refusal)})`)
    const terminal = onTerminal(['ipmiconsole', '-h', '127.0.78.1', '-u', 'admin', '-p', 'secret', '-I', suite])
    try {
      await terminal.until('SOL established')
      terminal.type('\r')
      await terminal.until('login: ')
      await typeSlowly(terminal.type, 'root\r')
      await terminal.until('Password: ')
      await typeSlowly(terminal.type, 'x\r')
      await terminal.until('root@n1:~# ')
      await typeSlowly(terminal.type, 'seq 1 2000\r')
      await terminal.until('\r\n2000\r\n')
      await typeSlowly(terminal.type, 'exit\r')
      await sleep(300)
      await typeSlowly(terminal.type, '&.')
      await terminal.ended()
    } finally {
      terminal.kill()
    }
  }, 90_000)
})

const rig = join(rigsFolder, 'real-node')
const firstPort = 16_240
const isRigThere = existsSync(rig)
if (!isRigThere) console.log(`skipped: no rig at ${rig}`)

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

describe.skipIf(!isRigThere)('our console on a real Linux machine behind OpenIPMI’s BMC', () => {
  let folder: string | undefined
  let why = ''
  const target: BmcTarget = { address: '127.0.0.1', ip: '127.0.0.1', port: firstPort, username: 'admin', password: 'secret', pin: null }

  beforeAll(async () => {
    // The rig's ports are fixed: who finds them taken leaves them to whoever has them.
    if (!(await isFree(firstPort + 1))) {
      why = `the rig's port ${firstPort + 1} is in use`
      return
    }
    folder = mkdtempSync(join(tmpdir(), 'sol-real-node-'))
    try {
      execFileSync(rig, ['start', '1', folder], { stdio: 'ignore', timeout: 150_000 })
    } catch (error) {
      why = `the rig does not start (${String(error)})`
    }
  }, 180_000)

  afterAll(() => {
    if (folder === undefined) return
    execFileSync(rig, ['stop', folder])
    rmSync(folder, { recursive: true, force: true })
  })

  type Open = BmcConsole & { screen: () => string; end: () => ConsoleEnd | undefined; until: (text: RegExp) => Promise<void> }

  async function open(takeOver = false): Promise<Open> {
    let screen = ''
    let end: ConsoleEnd | undefined
    const opened = await openConsole(target, {
      takeOver,
      onBytes: (bytes) => {
        screen += bytes.toString('latin1')
      },
      onEnd: (reason) => {
        end = reason
      },
    })
    return {
      ...opened,
      screen: () => screen,
      end: () => end,
      until: (text) => eventually(() => text.test(screen), () => `${String(text)} in ${JSON.stringify(screen.slice(-400))}`, 120_000),
    }
  }

  const bootIds = (screen: string) => screen.match(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g) ?? []

  /** Opens it as soon as the BMC lets us. */
  async function reopen(): Promise<Open> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await open()
      } catch (error) {
        if (attempt === 30) throw error
        await sleep(500)
      }
    }
  }

  test('power on, a command, 2,000 lines; a cycle and a reset, each another boot', async (context) => {
    context.skip(why !== '', `skipped: ${why}`)
    const bmc = await openIpmiBmc(target)
    let sol = await open()
    try {
      expect(await bmc.reset('On')).toEqual({ kind: 'accepted' })
      // OpenIPMI reaches the machine's serial port up to ten seconds after power: the first boot may be over by then.
      await eventually(() => {
        void sol.write(Buffer.from('\r')).catch(() => undefined)
        return sol.screen().includes('/ # ')
      }, () => JSON.stringify(sol.screen().slice(-400)), 120_000, 500)
      expect(await sol.write(Buffer.from('echo $((6*7))\r'))).toBe('accepted')
      await sol.until(/\r\n42\r\n/)
      await sol.write(Buffer.from('cat /proc/sys/kernel/random/boot_id\r'))
      await sol.until(/[0-9a-f]{8}-[-0-9a-f]{27}\r/)
      const firstBoot = bootIds(sol.screen()).at(-1)!
      // 2,000 lines of the machine itself.
      await sol.write(Buffer.from('seq 1 2000\r'))
      await sol.until(/\r\n2000\r\n/)
      const numbers = sol.screen().slice(sol.screen().lastIndexOf('seq 1 2000')).split('\r\n').slice(1, 2001).map(Number)
      expect(numbers).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1))

      await expect(open()).rejects.toMatchObject({ name: 'BmcError', kind: 'console-busy' })

      // A cycle starts another QEMU, so the serial line breaks. OpenIPMI keeps the payload active and joins the line again within
      // ten seconds; a BMC that ends the session instead is opened again.
      expect(await bmc.reset('PowerCycle')).toEqual({ kind: 'accepted' })
      let secondBoot = ''
      await eventually(() => {
        secondBoot = bootIds(sol.screen()).findLast((id) => id !== firstBoot) ?? ''
        void sol.write(Buffer.from('\rcat /proc/sys/kernel/random/boot_id\r')).catch(() => undefined)
        return secondBoot !== '' || sol.end() !== undefined
      }, () => JSON.stringify(sol.screen().slice(-400)), 120_000, 500)
      console.log(`after a power cycle of the real node: ${sol.end()?.text ?? 'the SOL session stayed, another boot id was read in it'}`)

      // A reset keeps the line: the kernel's lines are seen as they come.
      await sol.close()
      sol = await reopen()
      expect(await bmc.reset('ForceRestart')).toEqual({ kind: 'accepted' })
      await sol.until(/\[ +\d+\.\d+\] Linux version/)
      await sol.until(/n1 is up, boot [-0-9a-f]{36}/)
      expect([firstBoot, secondBoot]).not.toContain(bootIds(sol.screen()).at(-1))
    } finally {
      await sol.close()
      await bmc.reset('ForceOff')
      await bmc.close()
    }
  }, 400_000)
})
