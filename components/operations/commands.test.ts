import { describe, expect, it } from 'vitest'
import type { Node } from '#lib/domain/node.ts'
import { toCliCommand, quote, toApiCommand, toBmcCommands } from './commands.ts'

const endpoint = (protocol: 'redfish' | 'ipmi', port: number, state: 'ok' | 'absent' = 'ok') => ({ protocol, port, state, failure: null, facts: {} })
const bmc = (address: string, endpoints: Node['bmc']['endpoints'] = []): Node['bmc'] => ({
  address,
  protocol: 'auto',
  state: 'ok',
  via: null,
  failure: null,
  latencyMs: null,
  endpoints,
})

describe('commands to the BMC', () => {
  it('writes both protocols, and no password', () => {
    const commands = toBmcCommands({ name: 'n1', bmc: bmc('n1-ipmi', [endpoint('redfish', 443), endpoint('ipmi', 623)]), username: 'ADMIN' }, 'PowerCycle')
    expect(commands).toEqual([
      { tool: 'ipmitool', text: 'IPMI_PASSWORD="$BMC_PASSWORD" ipmitool -I lanplus -H n1-ipmi -U ADMIN -E chassis power cycle' },
      {
        tool: 'curl',
        text: `curl -k -u "ADMIN:$BMC_PASSWORD" -H 'Content-Type: application/json' -d '{"ResetType":"PowerCycle"}' https://n1-ipmi/redfish/v1/Systems/"$SYSTEM_ID"/Actions/ComputerSystem.Reset`,
      },
    ])
  })

  it('names ports that are not the usual ones, and brackets an IPv6 address', () => {
    const [ipmi, redfish] = toBmcCommands({ name: 'n1', bmc: bmc('fd00::7', [endpoint('redfish', 8443), endpoint('ipmi', 6230)]), username: 'root' }, 'On')
    expect(ipmi?.text).toContain('-H fd00::7 -p 6230 -U root')
    expect(redfish?.text).toContain(`'https://[fd00::7]:8443'/redfish`)
  })

  it('leaves out a protocol that is not there, and a control that IPMI has not', () => {
    expect(toBmcCommands({ name: 'n1', bmc: bmc('a', [endpoint('redfish', 443, 'absent'), endpoint('ipmi', 623)]) }, 'On').map(({ tool }) => tool)).toEqual(['ipmitool'])
    expect(toBmcCommands({ name: 'n1', bmc: bmc('a', [endpoint('redfish', 443), endpoint('ipmi', 623)]) }, 'GracefulRestart').map(({ tool }) => tool)).toEqual(['curl'])
  })

  it('writes a composed cycle as what it is composed of', () => {
    const [redfish] = toBmcCommands({ name: 'n1', bmc: bmc('a', [endpoint('redfish', 443)]), username: 'root' }, 'PowerCycle', { composed: true })
    expect(redfish?.text.split('\n').map((line) => /"ResetType":"(\w+)"|sleep \d+/.exec(line)?.slice(0, 2))).toEqual([
      ['"ResetType":"ForceOff"', 'ForceOff'],
      ['sleep 10', undefined],
      ['"ResetType":"On"', 'On'],
    ])
  })

  it('writes the wait and the force of a graceful request that has one', () => {
    const [ipmi, redfish] = toBmcCommands({ name: 'n1', bmc: bmc('a', [endpoint('redfish', 443), endpoint('ipmi', 623)]), username: 'root' }, 'GracefulShutdown', { forceAfterSeconds: 90 })
    expect(ipmi?.text.split('\n').map((line) => line.replace(/^.*chassis/, 'chassis'))).toEqual(['chassis power soft &&', 'sleep 90 &&', 'chassis power off'])
    expect(redfish?.text).toMatch(/GracefulShutdown.*sleep 90.*ForceOff/s)
  })

  it('cannot be made to run something by a hostile name', () => {
    const [ipmi, redfish] = toBmcCommands({ name: 'n1', bmc: bmc('a;reboot'), username: '$(id)' }, 'On')
    expect(ipmi?.text).toContain(`-H 'a;reboot' -U '$(id)'`)
    expect(redfish?.text).toContain(`-u "$BMC_USER:$BMC_PASSWORD"`)
    expect(redfish?.text).toContain(`'https://a;reboot'`)
  })
})

it('writes the same for our own interface: the range, how many nodes it must be, and how', () => {
  const curl = (body: string) => `curl -H "Authorization: Bearer $BASEBOARD_TOKEN" -H 'Content-Type: application/json' -d '${body}' https://lab/api/operations`
  expect(toApiCommand('https://lab', ['n1', 'n2'], 'ForceOff').text).toBe(curl('{"kind":"power","action":"ForceOff","range":"n[1-2]","expect":2}'))
  expect(toApiCommand('https://lab', ['n1'], 'GracefulShutdown', { forceAfterSeconds: 60 }).text).toContain('"forceAfterSeconds":60,"nodes":["n1"]')
  expect(toApiCommand('https://lab', ['n1', 'n2'], 'On', {}, { atOnce: 1, order: 'rack' }).text).toContain('"limits":{"atOnce":1,"order":"rack"}')
})

it('names the nodes one by one where their range would be too long to be read', () => {
  const names = Array.from({ length: 1_000 }, (_, n) => `node-${n * 7}-x${n % 3}`)
  const { text } = toApiCommand('https://lab', names, 'On')
  expect(text).not.toContain('range')
  expect(text).toContain('"nodes":["node-0-x0"')
})

it('quotes a quote', () => {
  expect(quote(`it's`)).toBe(`'it'\\''s'`)
})

it('writes the same for the command line', () => {
  expect(toCliCommand(['n1', 'n2', 'n10'], 'PowerCycle')?.text).toBe(`baseboard power cycle 'n[1-2,10]'`)
  expect(toCliCommand(['n1'], 'GracefulShutdown', { forceAfterSeconds: 60 })?.text).toBe('baseboard power soft n1 --force-after 60')
  const limits = { atOnce: 50, pauseSeconds: 3, perRack: 2, order: 'rack', deadlineSeconds: 900 } as const
  expect(toCliCommand(['n1', 'n2'], 'On', {}, limits)?.text).toBe(`baseboard power on 'n[1-2]' --at-once 50 --pause 3 --per-rack 2 --order rack --deadline 900`)
  expect(toCliCommand(['n1'], 'PushPowerButton')).toBeNull()
  expect(toCliCommand(Array.from({ length: 1_000 }, (_, n) => `node-${n * 7}-x${n % 3}`), 'On')).toBeNull()
})

it('has no password of a share in it, and the shell puts one in', () => {
  const { text } = toApiCommand('https://b', ['n1'], 'MountImage', { share: 'cifs://10.0.0.5/isos/x.iso', shareUser: 'bob', sharePassword: "hunter2'$&" })
  expect(text).not.toContain('hunter2')
  expect(text).toContain(`"shareUser":"bob","sharePassword":"'"$SHARE_PASSWORD"'","nodes":["n1"]}'`)
})
