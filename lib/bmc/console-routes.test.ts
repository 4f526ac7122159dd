import { describe, expect, it } from 'vitest'
import type { ConsoleReading } from '#lib/redfish/read-consoles.ts'
import { mergeRoutes, toIpmiRoutes, toKeys, toRedfishRoutes } from './console-routes.ts'

const reading = (more: Partial<ConsoleReading>): ConsoleReading => ({ console: undefined, commandLine: undefined, manager: '/redfish/v1/Managers/1', isOpenBmc: false, isPartial: false, ...more })
const told = (more: Partial<NonNullable<ConsoleReading['console']>>) => ({ enabled: true, port: undefined, entry: undefined, hotKeys: undefined, isShared: undefined, ...more })
const sshOf = (more: Partial<ConsoleReading>) => toRedfishRoutes(reading(more)).find(({ way }) => way === 'ssh')

describe('the console over SSH', () => {
  it('has a port of its own, where nothing is typed', () => {
    expect(sshOf({ console: told({ port: 2200, hotKeys: 'Press ~. to exit console' }), commandLine: { enabled: true, port: 22 } })).toEqual({ way: 'ssh', can: true, port: 2200 })
  })

  it('is entered by the command that the BMC tells, at the port of its command line', () => {
    expect(sshOf({ console: told({ isShared: true, entry: 'start sol', hotKeys: 'Press Ctrl-] to exit' }), commandLine: { enabled: true, port: 2222 } })).toEqual({
      way: 'ssh',
      can: true,
      port: 2222,
      entry: 'start sol',
      exit: '\u001d',
    })
  })

  it('is not looked for at a command line of which no command is known', () => {
    expect(sshOf({ console: told({ port: 22 }), commandLine: { enabled: true, port: 22 } })?.can).toBe(false)
    expect(sshOf({ console: told({ isShared: true, port: 22 }) })?.can).toBe(false)
    expect(sshOf({ commandLine: { enabled: true, port: 22 } })?.can).toBe(false)
  })

  it('is known of iDRAC and iLO by their manager, unless SSH is off', () => {
    const idrac = '/redfish/v1/Managers/iDRAC.Embedded.1 14G Monolithic'
    expect(sshOf({ manager: idrac, commandLine: { enabled: true, port: 22 } })).toEqual({ way: 'ssh', can: true, port: 22, entry: 'console com2', exit: '\u001c' })
    expect(sshOf({ manager: '/redfish/v1/Managers/1 iLO 5', commandLine: { enabled: true, port: 222 } })).toMatchObject({ can: true, port: 222, entry: 'vsp', exit: '\u001b(' })
    expect(sshOf({ manager: idrac, commandLine: { enabled: false, port: 22 } })).toMatchObject({ can: false, reason: 'SSH is switched off on this BMC' })
    expect(sshOf({ manager: '/redfish/v1/Managers/Pilot' })?.can).toBe(false)
  })

  it('is not denied where something could not be read', () => {
    expect(toRedfishRoutes(reading({ isPartial: true }))).toEqual([])
    expect(toRedfishRoutes(reading({ isPartial: true, isOpenBmc: true }))).toEqual([{ way: 'websocket', can: true }])
  })

  it('is off when the system says so', () => {
    expect(sshOf({ console: told({ enabled: false, port: 2200 }) })?.can).toBe(false)
  })
})

describe('the routes of two protocols', () => {
  it('stand in the order of trying, and Redfish knows more of SSH', () => {
    const routes = mergeRoutes(toRedfishRoutes(reading({ console: told({ port: 2200 }), isOpenBmc: true })), toIpmiRoutes(true, 674))
    expect(routes?.map(({ way, can }) => [way, can])).toEqual([
      ['sol', true],
      ['ssh', true],
      ['websocket', true],
    ])
    expect(routes?.[1]).toMatchObject({ port: 2200 })
  })

  it('say that SOL is off, and promise it where the BMC does not tell', () => {
    expect(toIpmiRoutes(false, 1)).toMatchObject([{ way: 'sol', can: false }])
    expect(toIpmiRoutes(undefined, 1)).toEqual([{ way: 'sol', can: true }])
  })
})

it.each([
  ['Press ~. to exit console', '~.'],
  ['^\\', '\u001c'],
  ['Ctrl-\\', '\u001c'],
  ["Press 'ESC (' to return to the CLI Session", '\u001b('],
  ['Type CTRL + X to leave', '\u0018'],
  ['Escape T', '\u001bT'],
  ['somehow', undefined],
  [undefined, undefined],
])('keys displayed as %s', (display, keys) => {
  expect(toKeys(display)).toBe(keys)
})
