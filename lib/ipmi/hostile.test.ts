import { describe, expect, test } from 'vitest'
import { IpmiError } from './errors.ts'
import { mutate, randomsFrom } from './testing/mutate.ts'
import { subjects, type Subject } from './testing/subjects.ts'

// Checklist 5: whatever bytes a BMC sends, the parsers throw nothing but IpmiError, and end. bench/ipmi-fuzz.ts does ten times as much.

const all = subjects()
const cases = 100_000
const perSubject = Math.ceil(cases / all.length)

function survives(subject: Subject, bytes: Buffer, what: string): void {
  try {
    subject.decode(bytes)
  } catch (error) {
    if (!(error instanceof IpmiError)) throw new Error(`${subject.name}, ${what}, ${bytes.toString('hex')}`, { cause: error })
  }
}

describe('hostile bytes', () => {
  test.each(all)('$name, cut at every offset', (subject) => {
    expect(subject.samples.length).toBeGreaterThan(0)
    for (const sample of subject.samples) {
      for (let length = 0; length <= sample.length; length++) {
        survives(subject, Buffer.from(sample.subarray(0, length)), `cut at ${length}`)
        if (subject.repair) survives(subject, subject.repair(Buffer.from(sample.subarray(0, length))), `cut at ${length} and repaired`)
      }
    }
  })

  test.each(all)('$name, changed', (subject) => {
    const random = randomsFrom(0xb0a4d)
    const pick = () => subject.samples[random(subject.samples.length)]!
    for (let round = 0; round < perSubject; round++) {
      const bytes = mutate(pick(), pick(), random)
      survives(subject, subject.repair && random(2) === 0 ? subject.repair(bytes) : bytes, `round ${round}`)
    }
  })

  test.each(all)('$name, of random bytes', (subject) => {
    const random = randomsFrom(0x5eed)
    for (let round = 0; round < 500; round++) {
      survives(subject, Buffer.from(Array.from({ length: random(80) }, () => random(256))), `round ${round}`)
    }
  })
})
