import { describe, expect, it } from 'vitest'
import { fanPolicy } from '#lib/domain/fan-policy.ts'
import { sampleControl as control } from '#lib/domain/testing/fan-control.ts'
import { toDraft, toPolicy, type FanDraft, type FanProblem } from './fan-form.ts'

const temperatures = [
  { key: 'in', name: 'Inlet Temp', reading: 24, thresholds: {} },
  { key: 'p1', name: 'CPU1 Temp', reading: 55, thresholds: { upperCaution: 80, upperCritical: 90 } },
  { key: 'p2', name: 'CPU2 Temp', reading: 58, thresholds: {} },
  { key: 'vrm', name: 'CPU1 VRM Temp', reading: 70, thresholds: {} },
  { key: 'dead', name: 'CPU3 Temp', reading: null, thresholds: {} },
]
const first = toDraft(null, control, temperatures)
const problemsOf = (changes: Partial<FanDraft>): FanProblem[] => {
  const found = toPolicy({ ...first, ...changes }, control)
  return 'problems' in found ? found.problems : []
}

describe('a first draft', () => {
  it('is of the processors, below their own limits, and a policy', () => {
    expect(first).toMatchObject({ kind: 'automatic', mode: 'standard', sensors: ['p1', 'p2'], limit: '80', isLinked: true })
    for (const kind of ['fixed', 'curve'] as const) {
      const found = toPolicy({ ...first, kind }, control)
      expect(fanPolicy.safeParse('policy' in found ? found.policy : null).success).toBe(true)
    }
  })

  it('is of the hottest where no processor is told', () => {
    expect(toDraft(null, control, [temperatures[0]!, { ...temperatures[3]!, name: 'GPU' }]).sensors).toEqual(['vrm'])
  })

  it('lets go to full speed where nothing gives the fans back', () => {
    expect(toDraft(null, { ...control, automatic: null }, temperatures).letGo).toBe('full')
  })
})

it.each(['fixed', 'curve'] as const)('a %s policy is the same policy again', (kind) => {
  const found = toPolicy({ ...first, kind, isLinked: false, duties: { 0: '35', 1: '40' } }, control)
  const policy = 'policy' in found ? found.policy : null
  expect(toPolicy(toDraft(policy, control, temperatures), control)).toEqual({ policy })
})

it('linked zones follow the first', () => {
  expect(toPolicy({ ...first, kind: 'fixed', duties: { 0: '35', 1: '99' } }, control)).toMatchObject({ policy: { zones: { 0: 35, 1: 35 } } })
})

describe('a draft is none with', () => {
  const curve = (...rows: [string, string][]): Partial<FanDraft> => ({ kind: 'curve', curves: { 0: rows.map(([celsius, percent]) => ({ celsius, percent })), 1: [] } })
  it.each<[string, Partial<FanDraft>, FanProblem[]]>([
    ['a duty below the floor', { kind: 'fixed', duties: { 0: '19', 1: '50' } }, [{ code: 'floor', zone: '0' }]],
    ['no number', { kind: 'fixed', isLinked: false, duties: { 0: '40', 1: 'x' } }, [{ code: 'duty', zone: '1' }]],
    ['no sensor', { kind: 'fixed', sensors: [] }, [{ code: 'sensors' }]],
    ['no limit', { kind: 'fixed', limit: '' }, [{ code: 'limit' }]],
    ['one point', curve(['40', '30']), [{ code: 'points', zone: '0' }]],
    ['a cooler point after a hotter one', curve(['40', '30'], ['40', '50'], ['60', '50']), [{ code: 'order', zone: '0', row: 1 }]],
    ['a slower one', curve(['40', '50'], ['50', '40']), [{ code: 'slower', zone: '0', row: 1 }]],
    ['a point below the floor', curve(['40', '10'], ['50', '40']), [{ code: 'floor', zone: '0', row: 0 }]],
    ['half a number', curve(['4.5', '30'], ['50', '40']), [{ code: 'celsius', zone: '0', row: 0 }]],
  ])('%s', (_, changes, problems) => {
    expect(problemsOf(changes)).toEqual(problems)
  })
})
