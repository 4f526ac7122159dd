import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, linkSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bundled } from './bundled.ts'
import { cpuMsOf, overFamily, residentMibOf } from './process-cost.ts'
import { median } from './rack-process.ts'

/**
 * One image, read by several readers at once in ranges of 64 KiB, from nginx and from us in turn. Each reader has one kept connection and asks
 * for the next range when it has the one before, as BMCs do. The start of every range is compared with what the file has there.
 */
const { values } = parseArgs({ options: { mib: { type: 'string', default: '1024' }, readers: { type: 'string', default: '8' }, rounds: { type: 'string', default: '5' } } })
const [mib, readers, rounds] = [Number(values.mib), Number(values.readers), Number(values.rounds)]
const rangeBytes = 65_536
const size = mib * 1024 * 1024
const goal = 0.5
const token = 'abcdefghijklmnopqrstuv2345'
const imageId = '11111111-1111-4111-8111-111111111111'
const path = `/i/${token}/debian.iso`

/** Each range begins with its number. */
function makeImage(file: string): void {
  const out = openSync(file, 'w')
  const block = Buffer.alloc(rangeBytes, 0x5a)
  for (let i = 0; i < size / rangeBytes; i += 1) {
    block.writeUInt32BE(i)
    writeSync(out, block)
  }
  closeSync(out)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Of a process and its children, in MiB. */
const residentMib = (pid: number) => overFamily(pid, residentMibOf)
/** Of a process and its children. */
const cpuSeconds = (pid: number) => overFamily(pid, cpuMsOf) / 1_000

/** Reads the ranges from `first` on, up to `last`. One buffer for all that comes, so that the reader costs as little as it can. */
function readStripe(port: number, first: number, last: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let [range, missing, seen] = [first, 0, Buffer.alloc(0)]
    const fail = (text: string) => {
      socket.destroy()
      reject(new Error(`range ${range}: ${text}`))
    }
    const ask = () => socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=${range * rangeBytes}-${(range + 1) * rangeBytes - 1}\r\n\r\n`)
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.alloc(262_144),
        callback(count, buffer) {
          let chunk = Buffer.from(buffer.buffer as ArrayBuffer, buffer.byteOffset, count)
          if (missing === 0) {
            seen = Buffer.concat([seen, chunk])
            const end = seen.indexOf('\r\n\r\n')
            if (end < 0 || seen.length < end + 8) return true
            const head = seen.subarray(0, end).toString('latin1')
            if (!head.startsWith('HTTP/1.1 206 ') || !head.toLowerCase().includes(`content-length: ${rangeBytes}`)) return (fail(head), false)
            if (seen.readUInt32BE(end + 4) !== range) return (fail('other bytes'), false)
            chunk = seen.subarray(end + 4)
            seen = Buffer.alloc(0)
            missing = rangeBytes
          }
          missing -= chunk.length
          if (missing < 0) return (fail('more bytes than asked for'), false)
          if (missing > 0) return true
          range += 1
          if (range < last) ask()
          else {
            socket.destroy()
            resolve()
          }
          return true
        },
      },
    })
    socket.setNoDelay(true)
    socket.once('connect', ask)
    socket.once('error', reject)
    socket.once('close', () => range < last && fail('the connection was closed'))
  })
}

type Side = { name: string; port: number; pid: number }
type Round = { mibPerSecond: number; cpu: number; residentMib: number }

async function readAll({ port, pid }: Side): Promise<Round> {
  const stripe = size / rangeBytes / readers
  const [startedAt, cpu] = [performance.now(), cpuSeconds(pid)]
  // nginx closes a connection after so many requests; its keepalive_requests is set above what a stripe has.
  await Promise.all(Array.from({ length: readers }, (_, i) => readStripe(port, Math.floor(i * stripe), Math.floor((i + 1) * stripe))))
  return { mibPerSecond: mib / ((performance.now() - startedAt) / 1000), cpu: cpuSeconds(pid) - cpu, residentMib: residentMib(pid) }
}

const folder = mkdtempSync(join(tmpdir(), 'bench-image-http-'))
chmodSync(folder, 0o755)
const children: ChildProcess[] = []
try {
  const file = join(folder, `${imageId}.iso`)
  makeImage(file)
  mkdirSync(join(folder, 'i', token), { recursive: true })
  linkSync(file, join(folder, 'i', token, 'debian.iso'))
  const nginxPort = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/nginx.pid; error_log stderr crit; worker_processes 1; ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {} http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type application/octet-stream; ${temporary} server { listen 127.0.0.1:${nginxPort}; root ${folder}; } }\n`,
  )
  const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } })
  const ours = spawn(process.execPath, [await bundled('bench/image-server-process.ts'), folder, imageId, token, String(size)], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(nginx, ours)
  const [line] = (await once(createInterface({ input: ours.stdout! }), 'line')) as [string]
  await sleep(500)
  const sides: Side[] = [
    { name: 'ours', port: Number(line), pid: ours.pid! },
    { name: 'nginx', port: nginxPort, pid: nginx.pid! },
  ]
  const results = new Map<string, Round[]>(sides.map(({ name }) => [name, []]))
  for (const side of sides) await readAll(side)
  for (let round = 0; round < rounds; round += 1) {
    for (const side of sides) {
      const one = await readAll(side)
      results.get(side.name)!.push(one)
      console.error(`round ${round + 1} ${side.name}: ${one.mibPerSecond.toFixed(0)} MiB/s, ${one.cpu.toFixed(2)} s CPU, ${one.residentMib.toFixed(0)} MiB resident`)
    }
  }
  const of = (name: string, pick: (round: Round) => number) => median(results.get(name)!.map(pick))
  const [mine, theirs] = [of('ours', (round) => round.mibPerSecond), of('nginx', (round) => round.mibPerSecond)]
  const resident = results.get('ours')!.map((round) => round.residentMib)
  const ratio = mine / theirs
  console.log(`load average ${loadavg()[0]!.toFixed(0)}; CPU ours ${of('ours', (round) => round.cpu).toFixed(2)} s, nginx ${of('nginx', (round) => round.cpu).toFixed(2)} s; resident ours ${resident[0]!.toFixed(0)} to ${resident.at(-1)!.toFixed(0)} MiB`)
  console.log(`image-http-${readers}x64KiB ${mine.toFixed(0)} MiB/s ${theirs.toFixed(0)} MiB/s ${ratio.toFixed(2)} ≥ ${goal.toFixed(2)} ${ratio >= goal ? 'met' : 'short'}`)
} finally {
  for (const child of children) child.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}
