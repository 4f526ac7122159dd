import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { IpmiError } from '#lib/ipmi/errors.ts'
import { mutate, randomsFrom } from '#lib/ipmi/testing/mutate.ts'
import { subjects, type Subject } from '#lib/ipmi/testing/subjects.ts'

/**
 * Broken bytes for every decoder of lib/ipmi, from our vectors and the recordings: no exception but our own, none over 1 ms, and nothing kept
 * of them. What took longer is decoded again: the quickest of several counts, since other processes take the processor away.
 */
const slowMs = 1
const repeats = 20
const greatestGrowthMb = 20
const warmUpCases = 20_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

type Tally = { cases: number; refused: number; crashes: number; slow: number; slowestMs: number }

function tryOne(subject: Subject, bytes: Buffer, tally: Tally): void {
  tally.cases++
  let ms = time(subject, bytes, tally)
  for (let again = 0; ms > slowMs && again < repeats; again++) ms = Math.min(ms, time(subject, bytes))
  tally.slowestMs = Math.max(tally.slowestMs, ms)
  if (ms <= slowMs) return
  tally.slow++
  console.log(`${ms.toFixed(2)} ms: ${subject.name} ${bytes.toString('hex')}`)
}

function time(subject: Subject, bytes: Buffer, tally?: Tally): number {
  const startedAt = performance.now()
  try {
    subject.decode(Buffer.from(bytes))
  } catch (error) {
    if (tally && error instanceof IpmiError) tally.refused++
    else if (tally) {
      tally.crashes++
      console.log(`${String(error)}: ${subject.name} ${bytes.toString('hex')}`)
    }
  }
  return performance.now() - startedAt
}

const heapMb = () => {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const { values } = parseArgs({ options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } })
const random = randomsFrom(Number(values.seed))
const all = subjects()

function run(cases: number, tally: Tally): void {
  for (let done = 0; done < cases; done++) {
    const subject = all[random(all.length)]!
    const pick = () => subject.samples[random(subject.samples.length)]!
    const bytes = mutate(pick(), pick(), random)
    tryOne(subject, subject.repair && random(2) === 0 ? subject.repair(bytes) : bytes, tally)
  }
}

const fresh = (): Tally => ({ cases: 0, refused: 0, crashes: 0, slow: 0, slowestMs: 0 })
run(warmUpCases, fresh())
const before = heapMb()
const tally = fresh()
run(Number(values.cases), tally)
const growthMb = heapMb() - before
const isMet = tally.crashes === 0 && tally.slow === 0 && growthMb < greatestGrowthMb
const samples = all.reduce((sum, { samples: each }) => sum + each.length, 0)
console.log(
  `ipmi-fuzz ${tally.cases} cases of ${samples} samples for ${all.length} decoders, ${tally.refused} refused; crashes ${tally.crashes}, over 1 ms ${tally.slow} (slowest ${tally.slowestMs.toFixed(2)}), heap ${growthMb.toFixed(1)} MB <20 ${isMet ? 'met' : 'short'}`,
)
if (!isMet) process.exitCode = 1
