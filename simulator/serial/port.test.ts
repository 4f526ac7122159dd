import { expect, test } from 'vitest'
import { createMachine } from '../machine.ts'
import { identify } from '../makes.ts'
import { createSerialPort } from './port.ts'

const bootedWithinMs = 10_000

/** A machine whose clock stands until it is pushed; every reading looks at the port, as a BMC would. */
function setUp(initialPower: 'on' | 'off' = 'on') {
  const clock = { nowMs: Date.UTC(2026, 10, 23) }
  const machine = createMachine({ identity: identify('dell', 'n1', 7), seed: 7, now: () => clock.nowMs, initialPower })
  const port = createSerialPort(machine)
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  async function output(): Promise<string> {
    const parts: string[] = []
    for (;;) {
      await turn()
      await turn()
      const bytes = port.read(1000)
      if (bytes.length === 0) return parts.join('')
      parts.push(bytes.toString())
    }
  }
  async function pass(ms: number): Promise<string> {
    clock.nowMs += ms
    // Whoever asks for power settles what is due, which tells the port.
    machine.power()
    port.write(Buffer.alloc(0))
    return output()
  }
  async function type(keys: string): Promise<string> {
    port.write(Buffer.from(keys))
    return output()
  }
  return { clock, machine, port, output, pass, type }
}

async function loggedIn() {
  const host = setUp()
  host.port.attach(() => undefined)
  await host.type('root\r')
  await host.type('x\r')
  return host
}

test('a machine that has been on for long waits at its login and says nothing of what was', async () => {
  const { port, output, type } = setUp()
  port.attach(() => undefined)
  expect(await output()).toBe('')
  expect(await type('\r')).toMatch(/n1 login: $/)
  expect(await type('root\r')).toMatch(/Password: $/)
  expect(await type('secret\r')).toMatch(/root@n1:~# $/)
})

test('power on: firmware, menu, kernel and login, in the order of their time', async () => {
  const { machine, port, pass } = setUp('off')
  port.attach(() => undefined)
  expect(port.isPowered()).toBe(false)
  machine.reset('On', 'ipmi')
  const seen = [await pass(0), await pass(1500), await pass(2000), await pass(bootedWithinMs)].join('')
  const order = ['PowerEdge R740', 'GNU GRUB', 'Linux version', 'n1 is up, boot', 'n1 login: '].map((text) => seen.indexOf(text))
  expect(order.every((at) => at >= 0)).toBe(true)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('who attaches in the middle of a boot sees the rest of it', async () => {
  const { machine, port, pass } = setUp('off')
  machine.reset('On', 'ipmi')
  await pass(2000)
  port.attach(() => undefined)
  const seen = await pass(bootedWithinMs)
  expect(seen).not.toContain('Booting from hard disk')
  expect(seen).toContain('Linux version')
})

test('the menu obeys arrow keys, stops its countdown, and boots on Enter', async () => {
  const { machine, port, pass, type } = setUp('off')
  port.attach(() => undefined)
  machine.reset('On', 'ipmi')
  await pass(1500)
  expect(await type('\x1b[B')).toContain('\x1b[7m*Debian GNU/Linux, with Linux')
  expect(await pass(60_000)).toBe('')
  expect(await type('\r')).toContain('(recovery mode)')
  expect(await pass(bootedWithinMs)).toContain('login: ')
})

test('the commands answer', async () => {
  const { type } = await loggedIn()
  expect(await type('hostname\r')).toContain('\r\nn1\r\n')
  expect(await type('echo $((6*7))\r')).toContain('\r\n42\r\n')
  expect(await type('uname -a\r')).toContain('Linux n1 6.1')
  expect(await type('cat /proc/cpuinfo\r')).toContain('Intel(R) Xeon(R)')
  expect(await type('constructor\r')).toContain('command not found')
  expect(await type('seq 1 3\r')).toContain('\r\n1\r\n2\r\n3\r\n')
  expect(await type('stty rows 40 cols 132\rstty size\r')).toContain('40 132')
})

test('cat big is 10 MiB to the byte, made only as fast as it is read', async () => {
  const { port, output, type } = await loggedIn()
  port.write(Buffer.from('cat big\r'))
  const all = await output()
  expect(all.length - 'cat big\r\n'.length - 'root@n1:~# '.length).toBe(10 * 1024 * 1024)
  expect(await type('\r')).toContain('root@n1:~# ')
})

test('a full screen repaints without line ends until q', async () => {
  const { pass, type } = await loggedIn()
  expect(await type('top\r')).toContain('Tasks: 8')
  const repainted = await pass(1000)
  expect(repainted).toContain('\x1b[1;1H')
  expect(repainted).not.toContain('\n')
  expect(await type('q')).toMatch(/root@n1:~# $/)
})

test('break and h: the kernel helps; break and b: it restarts', async () => {
  const { machine, port, type, pass } = await loggedIn()
  const before = machine.run()!.id
  port.sendBreak()
  expect(await type('h')).toContain('sysrq: HELP')
  expect(await type('h')).toBe('h')
  port.sendBreak()
  await type('b')
  expect(machine.run()!.id).toBe(before + 1)
  expect(await pass(bootedWithinMs)).toContain('is up, boot')
})

test('reboot and poweroff change the power that the BMC sees; each boot has another id', async () => {
  const { machine, port, type, pass } = await loggedIn()
  const first = /[-0-9a-f]{36}/.exec(await type('cat /proc/sys/kernel/random/boot_id\r'))![0]
  expect(await type('reboot\r')).toContain('Stopped')
  const booted = (await pass(1000)) + (await pass(bootedWithinMs))
  expect(booted).toMatch(/is up, boot [-0-9a-f]{36}/)
  expect(booted).not.toContain(first)
  expect(machine.power()).toBe('on')
  await type('root\r')
  await type('x\r')
  await type('poweroff\r')
  await pass(1000)
  expect(machine.power()).toBe('off')
  expect(port.isPowered()).toBe(false)
  expect(machine.commands).toHaveLength(0)
})

test('a power command of the BMC ends the run; a graceful one is heard first', async () => {
  const { machine, pass } = await loggedIn()
  machine.reset('GracefulShutdown', 'ipmi')
  expect(await pass(2000)).toContain('Stopped Slurm')
  await pass(4000)
  expect(machine.power()).toBe('off')
  machine.reset('On', 'ipmi')
  expect(await pass(bootedWithinMs)).toContain('is up, boot')
})

test('no more is typed ahead than a terminal keeps', async () => {
  const { port, type } = await loggedIn()
  await type('sleep 100\r')
  expect(port.write(Buffer.alloc(500, 0x61))).toBe(128)
})

test('two who listen both get it all, the host waits for the slower, and one that has gone is not waited for', async () => {
  const { port, output, type } = await loggedIn()
  const other = port.openLine()
  other.attach(() => undefined)
  expect(await type('hostname\r')).toContain('n1')
  expect(other.read(1000).toString()).toContain('n1')
  port.print('x'.repeat(4096))
  expect(await output()).toBe('x'.repeat(4096))
  expect(await type('hostname\r')).toBe('')
  other.detach()
  expect(await output()).toContain('n1')
  expect(other.read(1000)).toHaveLength(0)
})
