import { describe, expect, it, vi } from 'vitest'
import { operationLimits } from '#lib/domain/operation-limits.ts'
import { allAtOnce, estimateSeconds, fromLimits, fromText, rememberedHow, rememberHow, howNumbers, howRanges, suggestHow, toLimits, type How } from './how.ts'

const how = (typed: Partial<How>): How => ({ ...allAtOnce, ...typed })

describe('what is suggested', () => {
  it('is all at once for few, and batches for many, by rack where there are racks', () => {
    expect(suggestHow('power', 50, true)).toEqual(allAtOnce)
    expect(suggestHow('power', 300, true)).toEqual(how({ atOnce: '50', pauseSeconds: '5', order: 'rack' }))
    expect(suggestHow('power', 51, false).order).toBe('asked')
    expect(suggestHow('indicator', 300, true)).toEqual(allAtOnce)
    expect(suggestHow('power', 10_000, true).atOnce).toBe('500')
  })
})

describe('limits as typed', () => {
  it('are what the contract takes, at both ends of every range and beyond', () => {
    for (const name of howNumbers) {
      const [least, most] = howRanges[name]
      // A pause stands only beside batches.
      const base = name === 'pauseSeconds' ? { atOnce: '5' } : {}
      for (const value of [least - 1, least, most, most + 1]) {
        const { limits } = toLimits(how({ ...base, [name]: String(value) }))
        const right = operationLimits.safeParse({ ...(name === 'pauseSeconds' ? { atOnce: 5 } : {}), [name]: value }).success
        expect([name, value, limits !== null]).toEqual([name, value, right])
      }
    }
  })

  it('are the same when they are read back', () => {
    const limits = { atOnce: 7, perRack: 2, pauseSeconds: 0, deadlineSeconds: 60, order: 'group' } as const
    expect(toLimits(fromLimits(limits)).limits).toEqual(limits)
    expect(fromLimits({})).toEqual(allAtOnce)
  })

  it('say nothing of what is empty, and take spaces', () => {
    expect(toLimits(allAtOnce)).toEqual({ limits: {}, wrong: [] })
    expect(toLimits(how({ atOnce: ' 7 ', order: 'rack' }))).toEqual({ limits: { atOnce: 7, order: 'rack' }, wrong: [] })
  })

  it.each<[Partial<How>, string]>([
    [{ atOnce: 'many' }, 'atOnce'],
    [{ perRack: '1.5' }, 'perRack'],
    [{ perGroup: '-1' }, 'perGroup'],
    [{ pauseSeconds: '5' }, 'pauseSeconds'],
    [{ deadlineSeconds: '5' }, 'deadlineSeconds'],
  ])('name the box that is wrong: %j', (typed, name) => {
    expect(toLimits(how(typed))).toEqual({ limits: null, wrong: [name] })
  })
})

it('counts the pauses between batches, and none after the last', () => {
  const one = estimateSeconds('ForceOff', 1, { atOnce: 5, pauseSeconds: 60 })
  expect(estimateSeconds('ForceOff', 3, { atOnce: 5, pauseSeconds: 60 })).toBe(3 * one + 120)
})

describe('what a browser keeps of it', () => {
  it('comes back for as many nodes again, and is forgotten for what is suggested anyway', () => {
    const jar = new Map<string, string>()
    vi.stubGlobal('document', {
      get cookie() {
        return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      },
      set cookie(text: string) {
        const [name = '', value = ''] = text.split('; ')[0]!.split('=')
        if (text.includes('max-age=0')) jar.delete(name)
        else jar.set(name, value)
      },
    })
    const mine = how({ atOnce: '7', deadlineSeconds: '60', order: 'group' })
    rememberHow(300, mine, suggestHow('power', 300, true))
    expect(rememberedHow(300)).toEqual(mine)
    expect(rememberedHow(12)).toBeNull()
    rememberHow(300, suggestHow('power', 300, true), suggestHow('power', 300, true))
    expect(rememberedHow(300)).toBeNull()
    vi.unstubAllGlobals()
  })

  it.each(['', '1.2', '0.....rack', '5.....colour', 'x.....rack', '<script>.....rack', '5......rack'])('is nothing where it is none: %s', (text) => {
    expect(fromText(text)).toBeNull()
  })
})
