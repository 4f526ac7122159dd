import { expect, it } from 'vitest'
import { undisturbed } from './undisturbed.ts'

/** A line of commands, of which one begins when the test says so, and what the reading saw of it. */
function stage() {
  let busy: Promise<void> | undefined
  let done = () => {}
  let disturbance = new AbortController()
  return {
    commands: { isBusy: () => busy !== undefined, drained: async () => busy },
    untilDisturbed: () => disturbance.signal,
    begin() {
      busy = new Promise((resolve) => (done = resolve))
      disturbance.abort()
      disturbance = new AbortController()
    },
    end() {
      busy = undefined
      done()
    },
  }
}

const never = new AbortController().signal
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('makes way for a command, and reads again when that is done', async () => {
  const { commands, untilDisturbed, begin, end } = stage()
  const log: string[] = []
  const read = (disturbed: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      log.push('read')
      disturbed.addEventListener('abort', () => reject(new Error('made way')))
      if (log.length === 2) resolve('48 parts')
    })
  const answer = undisturbed(commands, untilDisturbed, read, never)
  await settled()
  begin()
  await settled()
  expect(log).toEqual(['read'])
  end()
  expect(await answer).toBe('48 parts')
  expect(log).toEqual(['read', 'read'])
})

it('does not begin while a command is on its way', async () => {
  const { commands, untilDisturbed, begin, end } = stage()
  let reads = 0
  begin()
  const answer = undisturbed(commands, untilDisturbed, async () => ++reads, never)
  await settled()
  expect(reads).toBe(0)
  end()
  expect(await answer).toBe(1)
})

it('fails as the reading fails', async () => {
  const { commands, untilDisturbed } = stage()
  await expect(undisturbed(commands, untilDisturbed, () => Promise.reject(new Error('silence')), never)).rejects.toThrow('silence')
})

it('does not begin again when the node is another conductor’s', async () => {
  const { commands, untilDisturbed, begin, end } = stage()
  const stop = new AbortController()
  let reads = 0
  const read = (disturbed: AbortSignal) =>
    new Promise<never>((_, reject) => {
      reads++
      disturbed.addEventListener('abort', () => reject(new Error('made way')))
    })
  const answer = undisturbed(commands, untilDisturbed, read, stop.signal)
  await settled()
  stop.abort()
  begin()
  end()
  await expect(answer).rejects.toThrow('made way')
  expect(reads).toBe(1)
})
