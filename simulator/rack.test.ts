import { afterEach, expect, test } from 'vitest'
import { startRack, type Rack } from './rack.ts'
import { demoRack, standardAddress, uniformRack, withDead } from './rack-plan.ts'

const racks: Rack[] = []
const start = async (...args: Parameters<typeof startRack>) => {
  const rack = await startRack(...args)
  racks.push(rack)
  return rack
}
afterEach(() => Promise.all(racks.splice(0).map((rack) => rack.close())))

test('the demo: sixteen nodes, ten by Redfish and six by IPMI, one in each of six troubles, one without SOL, one whose clock is off', () => {
  const plans = demoRack()
  expect(plans.map(({ name }) => name)).toEqual(Array.from({ length: 16 }, (_, i) => `n${i + 1}`))
  expect(plans.filter(({ protocol }) => protocol === 'redfish')).toHaveLength(10)
  expect(plans.map(({ persona }) => persona).filter((persona) => persona !== 'healthy').toSorted()).toEqual([
    'clock-off',
    'hot',
    'no-sol',
    'off',
    'psu-lost',
    'slow',
    'unreachable',
    'wrong-password',
  ])
  expect(plans.every(({ protocol, faces }) => faces.includes(protocol))).toBe(true)
})

test('a larger demo repeats the mix', () => {
  const plans = demoRack(32)
  expect(plans.filter(({ persona }) => persona === 'hot')).toHaveLength(2)
  expect(plans.at(-1)?.name).toBe('n32')
})

test('a share of dead nodes is spread evenly', () => {
  const plans = withDead(uniformRack(100, ['healthy'], ['ipmi']), 0.1)
  expect(plans.flatMap(({ persona }, i) => (persona === 'unreachable' ? [i] : []))).toEqual([9, 19, 29, 39, 49, 59, 69, 79, 89, 99])
})

test('addresses at the standard port: 250 to a /24, none beyond 127.0.255', () => {
  expect(standardAddress(0)).toBe('127.0.1.1')
  expect(standardAddress(249)).toBe('127.0.1.250')
  expect(standardAddress(250)).toBe('127.0.2.1')
  expect(() => standardAddress(250 * 255)).toThrow(RangeError)
})

test('a restarted rack has its ports and the history in its logs back, and takes others when they are taken', async () => {
  const nodes = uniformRack(2, ['healthy'], ['redfish', 'ipmi'])
  const first = await startRack({ nodes })
  const previous = first.describe()
  await first.close()
  const second = await start({ nodes, previous })
  expect(second.describe()).toEqual(previous)
  expect(second.node('n1').machine.log.records()).toEqual(first.node('n1').machine.log.records())
  const third = await start({ nodes, previous })
  expect(third.node('n1').describe().ports.redfish).not.toBe(previous.nodes[0]!.ports.redfish)
})

test('the description of a wrong password is the password the operator has', async () => {
  const rack = await start({ nodes: uniformRack(1, ['wrong-password'], ['redfish']) })
  const { username, password } = rack.node('n1').describe()
  const sessions = rack.node('n1').redfish!.sessions
  expect(sessions.acceptsBasic(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)).toBe(false)
  rack.node('n1').setPersona('healthy')
  expect(sessions.acceptsBasic(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)).toBe(true)
})

test('a node that is not there is an error that names it', async () => {
  const rack = await start({ nodes: uniformRack(1, ['healthy'], ['ipmi']) })
  expect(() => rack.node('n9')).toThrow('n9')
})
