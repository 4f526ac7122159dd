import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Browser } from '../tests/console-browser.ts'
import { startConsoleSite, startSimulator } from './console-site.ts'

/**
 * Many consoles at once over links that lose packets each way, from the host's numbered lines to the browsers: no line may be
 * missing, broken or there twice.
 */
const bytesPerLine = 50
const catchUpMs = 60_000

type Tally = { readonly lines: number; readonly lost: number; readonly doubled: number }

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      consoles: { type: 'string', default: '20' },
      rate: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      loss: { type: 'string', default: '0.05' },
    },
  })
  const [rate, seconds] = [Number(values.rate), Number(values.seconds)]
  const simulator = await startSimulator(['--nodes', values.consoles, '--personas', 'healthy', '--protocol', 'ipmi', '--loss', values.loss])
  try {
    const names = simulator.rack.nodes.map((node) => node.name)
    const site = await startConsoleSite(simulator.rack, names)
    try {
      const browsers = await Promise.all(names.map(site.open))
      await Promise.all(browsers.map(logIn))
      const cpuBefore = process.cpuUsage()
      for (const browser of browsers) browser.type(`ticker ${rate} ${seconds}\r`)
      await sleep(seconds * 1_000)
      const { user, system } = process.cpuUsage(cpuBefore)
      const lines = Math.floor((rate * seconds) / bytesPerLine)
      const caughtUp = await Promise.allSettled(browsers.map((browser) => browser.sees(/\.\r\n\S*root@\S+# $/, catchUpMs)))
      for (const each of caughtUp) if (each.status === 'rejected') console.error(String(each.reason))
      report(browsers.map((browser) => count(browser.text(), lines)), (user + system) / 1_000 / (seconds * 1_000))
      for (const browser of browsers) browser.line.close()
    } finally {
      await site.close()
    }
  } finally {
    simulator.close()
  }
}

async function logIn(browser: Browser): Promise<void> {
  browser.type('\r')
  await browser.sees('login: ')
  browser.type('root\r')
  await browser.sees('Password: ')
  browser.type('x\r')
  await browser.sees(/# $/)
}

/** A line that is not whole counts as lost. */
function count(text: string, lines: number): Tally {
  const seen = new Map<number, number>()
  for (const [, number] of text.matchAll(/^tick (\d{7}) \.{35}\r$/gm)) seen.set(Number(number), (seen.get(Number(number)) ?? 0) + 1)
  const times = [...seen.values()]
  return {
    lines,
    lost: Array.from({ length: lines }, (_, n) => n).filter((n) => !seen.has(n)).length,
    doubled: times.reduce((sum, each) => sum + each - 1, 0),
  }
}

function report(tallies: readonly Tally[], cpuShare: number): void {
  const sum = (field: keyof Tally) => tallies.reduce((total, tally) => total + tally[field], 0)
  const isMet = sum('lost') === 0 && sum('doubled') === 0
  const counted = `lines:${sum('lines')} lost:${sum('lost')} doubled:${sum('doubled')} cpu:${(cpuShare * 100).toFixed(0)}%`
  console.log(`console-loss-${tallies.length} ${counted} 0+0 ${isMet ? 'met' : 'short'}`)
  console.error(`cpu: of one core, web's relay, conductor and browsers together, while the lines came; load ${loadavg()[0]!.toFixed(1)}`)
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
