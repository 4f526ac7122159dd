import { expect, it } from 'vitest'
import { toVerbs } from './step-verbs.ts'

it.each([
  ['Boot', 'off', ['On'], { did: 'On', forced: null }],
  ['Boot', 'on', ['ForceOff', 'On'], { did: 'ForceRestart', forced: null }],
  ['Boot', 'on', [], { did: 'ForceRestart', forced: null }],
  ['Boot', null, [], { did: 'Boot', forced: null }],
  ['GracefulShutdown', 'on', ['GracefulShutdown'], { did: 'GracefulShutdown', forced: null }],
  ['GracefulShutdown', 'on', ['GracefulShutdown', 'ForceOff'], { did: 'GracefulShutdown', forced: 'ForceOff' }],
  ['GracefulRestart', 'on', ['GracefulShutdown', 'ForceOff', 'On'], { did: 'GracefulRestart', forced: 'ForceOff' }],
  ['PowerCycle', 'on', ['ForceOff', 'On'], { did: 'PowerCycle', forced: null }],
] as const)('%s of a node that was %s and got %j', (action, before, commands, verbs) => {
  expect(toVerbs(action, { before, commands: [...commands] })).toEqual(verbs)
})
