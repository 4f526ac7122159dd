import { hostileText, textFiles } from './files.ts'
import { bootId, kernelLog, shutDown, stamp } from './kernel.ts'
import { end, readKey, rest, type Host, type Life } from './life.ts'

type Program = (host: Host, args: readonly string[], user: string) => Life

const bigBytes = 10 * 1024 * 1024
const bigLineLength = 80
const bigLinesAtOnce = 50

/** The commands of the simulated host. */
export const programs: Readonly<Record<string, Program>> = {
  *help() {
    yield `Commands: ${Object.keys(programs).join(' ')}\nFiles: big (10 MiB), hostile, ${Object.keys(textFiles).join(', ')}, /proc/cpuinfo\n`
    yield 'seq FIRST LAST prints numbers; ticker BYTES_PER_SECOND SECONDS prints numbered lines.\n'
  },
  *uname(host, args) {
    yield args[0] === '-a' ? `Linux ${host.identity.hostName} 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 x86_64 GNU/Linux\n` : 'Linux\n'
  },
  *uptime(host) {
    const minutes = Math.floor((host.now() - host.kernelStartedMs) / 60_000)
    const hours = `${Math.floor(minutes / 60) % 24}:${String(minutes % 60).padStart(2, '0')}`
    yield ` ${clock(host)} up ${Math.floor(minutes / 1440)} days, ${hours.padStart(5)},  1 user,  load average: 0.31, 0.42, 0.40\n`
  },
  *hostname(host) {
    yield `${host.identity.hostName}\n`
  },
  *whoami(_host, _args, user) {
    yield `${user}\n`
  },
  *date(host) {
    yield `${new Date(host.now()).toUTCString()}\n`
  },
  *ls() {
    yield `big  hostile  ${Object.keys(textFiles).join('  ')}\n`
  },
  *cat(host, args) {
    for (const name of args) yield* show(host, name)
  },
  *dmesg(host) {
    for (const [atMs, text] of kernelLog(host)) yield `${stamp(atMs)} ${text}\n`
  },
  *free(host) {
    const totalKiB = host.identity.dimms.reduce((sum, dimm) => sum + dimm.sizeMiB, 0) * 1024
    const cells = (...values: number[]) => values.map((value) => String(Math.round(value)).padStart(12)).join('')
    yield `               total        used        free\nMem:   ${cells(totalKiB, totalKiB * 0.12, totalKiB * 0.88)}\nSwap:  ${cells(0, 0, 0)}\n`
  },
  *echo(_host, args) {
    yield `${args.join(' ').replaceAll(/\$\(\((\d{1,9})([-+*])(\d{1,9})\)\)/g, (_all, a: string, sign: string, b: string) => String(calculate(Number(a), sign, Number(b))))}\n`
  },
  *seq(_host, args) {
    const first = args.length > 1 ? Number(args[0]) : 1
    const last = Math.min(Number(args.at(-1)), 10_000_000)
    for (let n = first; n <= last; n++) yield `${n}\n`
  },
  *ticker(host, args) {
    yield* tick(host, Math.min(1e6, Number(args[0]) || 1000), Math.min(86_400, Number(args[1]) || 60))
  },
  *ping(host, args) {
    const target = args[0] ?? '127.0.0.1'
    yield `PING ${target} 56(84) bytes of data.\n`
    let count = 0
    for (let key: string | undefined; key !== '\x03' && count < 3600; key = yield* readKey(host, host.now() + 1000)) {
      if (key === undefined) yield `64 bytes from ${target}: icmp_seq=${++count} ttl=64 time=0.0${41 + (count % 9)} ms\n`
    }
    yield `^C\n--- ${target} ping statistics ---\n${count} packets transmitted, ${count} received, 0% packet loss\n`
  },
  *stty(host, args) {
    const { window } = host
    for (const [i, arg] of args.entries()) {
      const value = Math.min(500, Math.max(1, Number(args[i + 1]) || 0))
      if (arg === 'rows') window.rows = value
      if (arg === 'cols' || arg === 'columns') window.columns = value
    }
    if (args[0] === 'size') yield `${window.rows} ${window.columns}\n`
    else if (args.length === 0) yield 'speed 115200 baud; line = 0;\n-brkint -imaxbel\n'
  },
  *clear() {
    yield '\x1b[H\x1b[2J\x1b[3J'
  },
  *sleep(host, args) {
    yield* rest(host, Math.min(3600, Number(args[0]) || 0) * 1000)
  },
  top,
  *reboot(host) {
    yield* shutDown(host)
    yield* end(host, 'reboot')
  },
  *poweroff(host) {
    yield* shutDown(host)
    yield* end(host, 'poweroff')
  },
}

const clock = (host: Host) => new Date(host.now()).toISOString().slice(11, 19)

const calculate = (a: number, sign: string, b: number) => (sign === '+' ? a + b : sign === '-' ? a - b : a * b)

function* show(host: Host, name: string): Life {
  const text = Object.hasOwn(textFiles, name) ? textFiles[name] : undefined
  if (name === 'big') yield* showBig(host)
  else if (name === 'hostile') yield hostileText
  else if (name === '/proc/cpuinfo') yield cpuInfo(host)
  else if (name === '/proc/sys/kernel/random/boot_id') yield `${bootId(host)}\n`
  else yield text ?? `cat: ${name}: No such file or directory\n`
}

/** 10 MiB of numbered lines, 80 bytes each with the line end as it is sent. Ctrl-C ends it. */
function* showBig(host: Host): Life {
  const count = bigBytes / bigLineLength
  for (let line = 0; line < count; line += bigLinesAtOnce) {
    let text = ''
    for (let n = line; n < Math.min(count, line + bigLinesAtOnce); n++) text += `${`big ${String(n).padStart(6, '0')} `.padEnd(bigLineLength - 2, 'abcdefghij')}\n`
    yield text
    if ((yield { untilMs: host.now() }) !== '\x03') continue
    yield '^C\n'
    return
  }
}

/** Numbered lines of 50 bytes at a steady rate. Ctrl-C ends it. */
function* tick(host: Host, bytesPerSecond: number, seconds: number): Life {
  const startedMs = host.now()
  const total = Math.floor((bytesPerSecond * seconds) / 50)
  for (let n = 0; n < total; n++) {
    const dueMs = startedMs + (n * 50_000) / bytesPerSecond
    while (host.now() < dueMs) {
      if ((yield { untilMs: dueMs }) !== '\x03') continue
      yield '^C\n'
      return
    }
    yield `${`tick ${String(n).padStart(7, '0')} `.padEnd(48, '.')}\n`
  }
}

function cpuInfo({ identity }: Host): string {
  return identity.cpus.map((cpu, i) => `processor\t: ${i}\nmodel name\t: ${cpu.model}\ncpu MHz\t\t: ${cpu.maxMhz}.000\ncpu cores\t: ${cpu.cores}\n\n`).join('')
}

const tasks = ['slurmd', 'mpirun', 'xhpl', 'sshd', 'systemd', 'kworker/u64:1', 'rcu_preempt', 'ksoftirqd/0']

/** A full screen that repaints itself once a second by cursor moves, without any line end, until `q`. */
function* top(host: Host): Life {
  yield '\x1b[?25l\x1b[H\x1b[2J'
  for (let round = 0; ; round++) {
    const load = (n: number) => (((round * 7 + n * 13) % 90) + 5).toFixed(1)
    yield `\x1b[1;1Htop - ${clock(host)}, 1 user, load average: 0.31\x1b[K\x1b[2;1HTasks: ${tasks.length} total\x1b[K`
    yield `\x1b[4;1H\x1b[7m${'    PID USER       %CPU COMMAND'.padEnd(host.window.columns)}\x1b[0m`
    for (const [i, task] of tasks.slice(0, Math.max(1, host.window.rows - 5)).entries()) {
      yield `\x1b[${5 + i};1H${String(1000 + i * 37).padStart(7)} root     ${load(i).padStart(6)} ${task}\x1b[K`
    }
    const untilMs = host.now() + 1000
    while (host.now() < untilMs) {
      const key = yield* readKey(host, untilMs)
      if (key === 'q' || key === '\x03') {
        yield `\x1b[${host.window.rows};1H\x1b[?25h\n`
        return
      }
      if (key === undefined) break
    }
  }
}
