import { describe, expect, it } from 'vitest'
import type { Place } from '#lib/domain/bulk-edit.ts'
import { commonOf, countLabels, nextAsked, problemsOf, stateOf, toEdit, untouched } from './edit-form.ts'

const place = (groups: string[]): Place => ({ groups, tags: [], rack: null, position: null, attributes: {}, protected: false })

describe('toEdit', () => {
  it('asks nothing untouched', () => {
    expect(toEdit(untouched)).toEqual({})
  })
  it('names only what changes', () => {
    const groups = new Map([['a', true], ['b', false], ['c', true]])
    expect(toEdit({ ...untouched, groups, rack: ' R1 ', protected: false })).toEqual({ addGroups: ['a', 'c'], removeGroups: ['b'], rack: 'R1', protected: false })
    expect(toEdit({ ...untouched, rack: ' ' })).toEqual({ rack: null })
  })
})

describe('position and attributes', () => {
  it('are set, taken away, or left as they are', () => {
    expect(toEdit({ ...untouched, position: ' 12 ', attributes: 'role = login\n\nnote=x=y\nold' })).toEqual({ position: 12, attributes: { role: 'login', note: 'x=y', old: null } })
    expect(toEdit({ ...untouched, position: '-' })).toEqual({ position: null })
  })
  it('that cannot be read are told and not sent', () => {
    const wrong = { ...untouched, position: '101', attributes: '=x' }
    expect(problemsOf(wrong)).toEqual(['position', 'attributes'])
    expect(toEdit(wrong)).toEqual({})
    expect(problemsOf({ position: '1.5', attributes: `${'k'.repeat(64)}=1` })).toEqual(['position', 'attributes'])
    expect(problemsOf(untouched)).toEqual([])
  })
})

describe('labels', () => {
  it('are those of the fleet, counted among the chosen', () => {
    const all = [place(['b10']), place(['b2', 'a']), place(['a'])]
    expect(countLabels(all.slice(1), all, 'groups')).toEqual([{ name: 'a', count: 2 }, { name: 'b2', count: 1 }, { name: 'b10', count: 0 }])
  })

  it.each([
    ['on some', 1, ['mixed', true, false, 'mixed']],
    ['on all', 2, [true, false, true]],
    ['on none', 0, [false, true, false]],
  ])('%s: a press after the other leads through all states and back', (_, count, states) => {
    let asked: boolean | undefined
    const seen = states.map(() => {
      const state = stateOf(asked, count, 2)
      asked = nextAsked(asked, count, 2)
      return state
    })
    expect(seen).toEqual(states)
  })
})

it('knows what all have', () => {
  expect([commonOf(['a', 'a']), commonOf(['a', null]), commonOf([null, null])]).toEqual(['a', undefined, null])
})
