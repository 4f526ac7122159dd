import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundled } from './bundled.ts'
import { runMeasured, type Run } from './measured-run.ts'
import { startRackProcess, toHostRanges } from './rack-process.ts'
import { fail } from './report.ts'

/** The greatest resident size of a process that sweeps many BMCs: lib/ipmi alone, ipmipower, and ipmi-sensors with 64 and 256 at once. */
const goalMb = 120
const login = ['-D', 'LAN_2_0', '-I', '3', '-u', 'admin', '-p', 'secret']

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { nodes: { type: 'string', default: '1000' }, sensors: { type: 'string', default: '150' }, latency: { type: 'string', default: '10' }, net: { type: 'string', default: '81' } },
  })
  const [count, sensors, net] = [Number(values.nodes), Number(values.sensors), Number(values.net)]
  const rack = await startRackProcess(count, net, ['--latency', values.latency, '--sensors', values.sensors])
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-memory-'))
  try {
    const sweeper = await bundled('bench/ipmi-sweeper.ts')
    const ranges = ['-h', toHostRanges(count, net)]
    const cache = `--sdr-cache-directory=${folder}`
    const ours = (what: string) => runMeasured(process.execPath, [sweeper, what, ...rack.hosts])
    report(`memory-power-${count}`, demand('ours', await ours('power'), count), { ipmipower: await runMeasured('ipmipower', [...login, ...ranges, '--stat']) })
    report(`memory-sensors-${count}x${sensors}`, demand('ours', await ours('sensors'), count * sensors), {
      'ipmi-sensors-F64': await runMeasured('ipmi-sensors', [...login, ...ranges, '-F', '64', '--quiet-cache', cache]),
      'ipmi-sensors-F256': await runMeasured('ipmi-sensors', [...login, ...ranges, '-F', '256', '--quiet-cache', cache]),
    })
  } finally {
    rack.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function demand(who: string, run: Run, expected: number): Run {
  const read = Number(run.lines.at(-1)?.text)
  if (read !== expected) throw new Error(`${who}: ${read} of ${expected} answers`)
  return run
}

function report(name: string, ours: Run, peers: Readonly<Record<string, Run>>): void {
  const theirs = Object.entries(peers).map(([peer, { mb }]) => `${peer}:${mb.toFixed(0)}MB`)
  console.log(`${name} ${ours.mb.toFixed(0)}MB ${theirs.join(' ')} <=${goalMb}MB ${ours.mb <= goalMb ? 'met' : 'short'}`)
}

main().catch(fail)
