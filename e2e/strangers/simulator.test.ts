import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'
import { everyPersona, uniformRack, type NodePlan } from '#simulator/rack-plan.ts'
import { makeNames } from '#simulator/makes.ts'
import type { SimulatedNode } from '#simulator/node.ts'

/** Tools that we did not write look at the simulated rack: two of our own parts agreeing would only prove a shared mistake. */

const run = promisify(execFile)

function isInstalled(tool: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Skips a group, saying why, when a tool is not here. */
function describeWith(tool: string, title: string, tests: () => void): void {
  const missing = !isInstalled(tool)
  describe.skipIf(missing)(missing ? `${title} (skipped: ${tool} is not installed)` : title, tests)
}

const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, TZ: 'UTC', LC_ALL: 'C' }

const runTool = (tool: string, args: readonly string[]) => run(tool, args, { env: environment, timeout: 60_000, maxBuffer: 16 << 20 })

/** What a tool prints; rejects when it fails. */
async function output(tool: string, args: readonly string[]): Promise<string> {
  return (await runTool(tool, args)).stdout
}

/** What a tool prints that has nothing to complain of. */
async function outputWithoutError(tool: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runTool(tool, args)
  expect(stderr, `${tool} ${args.join(' ')}`).toBe('')
  expect(stdout, `${tool} ${args.join(' ')}`).not.toMatch(/invalid command|command failed|not supported\b(?! *$)|unable to/im)
  return stdout
}

/** An argument line of a tool, and what it prints of the machine. */
type Question = readonly [line: string, answer: (node: SimulatedNode) => RegExp]
const always = (answer: RegExp) => () => answer

const ipmitoolQuestions: readonly Question[] = [
  ['chassis status', always(/Power Restore Policy +: previous/)],
  ['chassis policy list', always(/always-off always-on previous/)],
  ['chassis poh', always(/POH Counter +: \d+ days/)],
  ['chassis selftest', always(/Self Test Results +: passed/)],
  ['chassis bootparam get 5', always(/Boot parameter 5 is valid/)],
  ['sdr info', ({ machine }) => new RegExp(`Record Count +: ${machine.sensors.length + 2}\\n`)],
  ['sdr type Fan', always(/FAN1 .* RPM/)],
  ['sdr elist full', always(/Inlet Temp .* degrees C/)],
  ['sel info', always(/Reserve|Allocation|Overflow/)],
  ['sel elist', always(/OS Boot \| C: boot completed/)],
  ['fru print', ({ machine }) => new RegExp(`Chassis Serial +: ${machine.identity.serial}`)],
  ['sol info 1', always(/Enabled +: true[\s\S]*Payload Channel +: 1 \(0x01\)/)],
  ['sol payload status 1 2', always(/User 2 on channel 1 is enabled/)],
  ['lan print 1', ({ machine }) => new RegExp(`IP Address Source +: Static Address[\\s\\S]*MAC Address +: ${machine.identity.mac}[\\s\\S]*RMCP\\+ Cipher Suites +: 3,17`)],
  ['lan alert print 1', always(/Alert Destination +: 1/)],
  ['lan stats get 1', always(/UDP Proxy Packet Received +: 0/)],
  ['user list 1', always(/^2 +admin +true +true +true +ADMINISTRATOR/m)],
  ['user summary 1', always(/Enabled User Count +: 1\n/)],
  ['channel info 1', always(/Channel Medium Type +: 802.3 LAN/)],
  ['channel getaccess 1 2', always(/User Name +: admin[\s\S]*Enable Status +: enabled/)],
  ['channel getciphers ipmi 1', always(/^3 .*hmac_sha1[\s\S]*^17 .*hmac_sha256/m)],
  ['dcmi discover', always(/Power management available/)],
  ['dcmi power reading', always(/Power reading state is: +activated/)],
  ['dcmi sensors', always(/Inlet/)],
  ['dcmi asset_tag', ({ machine }) => new RegExp(machine.identity.assetTag)],
  ['dcmi get_mc_id_string', ({ machine }) => new RegExp(`bmc-${machine.identity.serial}`)],
  ['dcmi get_temp_reading', always(/CPU temperature sensors/)],
  ['dcmi get_conf_param', always(/Random Backoff|DHCP/)],
  ['dcmi thermalpolicy get 64 1', always(/Exception Actions|Temperature Limit/i)],
  ['mc info', ({ machine }) => new RegExp(`Manufacturer ID +: ${machine.identity.manufacturerId}`)],
  ['mc guid', ({ machine }) => new RegExp(machine.identity.uuid, 'i')],
  ['mc watchdog get', always(/Watchdog Timer Is: +Stopped/)],
  ['mc getenables', always(/System Event Logging +: enabled/)],
  ['mc getsysinfo system_name', always(/node-/)],
  ['pef info', always(/ 0x51 \| 0 \| 0 \| [0-9a-f-]{36}/)],
  ['pef status', always(/ UTC \| 0x[0-9a-f]{4} \| 0xffff/)],
  ['session info active', always(/privilege level +: ADMINISTRATOR/)],
  ['sensor get Inlet\\ Temp', always(/Sensor Reading +: \d/)],
]

const freeIpmiQuestions: readonly Question[] = [
  ['bmc-info', always(/IPMI Version +: 2.0/)],
  ['bmc-device --get-self-test-results', always(/No Error/)],
  ['bmc-device --get-lan-statistics', always(/UDP Packets Received/i)],
  ['bmc-device --get-sel-time', always(/SEL Time/)],
  ['ipmi-chassis --get-status', always(/Power Restore Policy +: Restore/i)],
  ['ipmi-chassis --get-chassis-capabilities', always(/Intrusion sensor/i)],
  ['ipmi-chassis --get-system-restart-cause', always(/restart cause/i)],
  ['ipmi-chassis --get-power-on-hours-counter', always(/\d+ hours/i)],
  ['ipmi-sensors --quiet-cache --output-sensor-thresholds', always(/Inlet Temp/)],
  ['ipmi-sel --info', always(/Number of log entries/i)],
  ['ipmi-fru --quiet-cache', ({ machine }) => new RegExp(machine.identity.serial)],
  ['ipmi-dcmi --get-asset-tag', ({ machine }) => new RegExp(machine.identity.assetTag)],
  ['ipmi-dcmi --get-management-controller-identifier-string', ({ machine }) => new RegExp(`bmc-${machine.identity.serial}`)],
  ['ipmi-dcmi --get-dcmi-sensor-info', always(/Inlet/)],
  ['ipmi-dcmi --get-system-power-statistics', always(/Current Power +: \d+ Watts/)],
  ['ipmi-dcmi --get-enhanced-system-power-statistics', always(/Current Power +: \d+ Watts/)],
  ['ipmi-dcmi --get-dcmi-capability-info', always(/Power Management.* +: Available/i)],
  ['ipmi-config --checkout -S User2 -S Lan_Conf -S SOL_Conf', ({ machine }) => new RegExp(`Username +admin[\\s\\S]*MAC_Address +${machine.identity.mac}[\\s\\S]*Enable_SOL +Yes`, 'i')],
]

/** A space within an argument is escaped. */
const argumentsOf = (line: string) => line.split(/(?<!\\) /).map((argument) => argument.replaceAll('\\ ', ' '))

const sensorOf = (node: SimulatedNode, name: string) => node.machine.sensors.find((sensor) => sensor.name === name)!
const readingOf = (node: SimulatedNode, name: string) => node.machine.reading(sensorOf(node, name))!

describeWith('ipmitool', 'ipmitool', () => {
  let rack: Rack
  // The physics stand still, so that a value read later is the value shown; power still takes its time.
  const frozen = { ms: Date.UTC(2026, 10, 23, 12) }

  beforeAll(async () => {
    rack = await startRack({
      nodes: everyPersona(['ipmi']),
      now: () => frozen.ms,
      timing: { powerOnMs: 0, gracefulShutdownMs: 0, cycleOffMs: 0 },
    })
  })
  afterAll(() => rack.close())

  const at = (node: SimulatedNode) => {
    const { address, ports, username, password } = node.describe()
    return ['-I', 'lanplus', '-N', '1', '-R', '2', '-H', address, '-p', String(ports.ipmi), '-U', username, '-P', password]
  }
  const ipmitool = (node: SimulatedNode, ...args: string[]) => output('ipmitool', [...at(node), ...args])

  describe.each(['17', '3'])('cipher suite %s', (suite) => {
    test('mc info names maker and product', async () => {
      const node = rack.node('healthy')
      const { manufacturerId, productId } = node.machine.identity
      const text = await ipmitool(node, '-C', suite, 'mc', 'info')
      expect(text).toMatch(new RegExp(`Manufacturer ID +: ${manufacturerId}\\n`))
      expect(text).toMatch(new RegExp(`Product ID +: ${productId} `))
    })

    test('power off, on and cycle are each carried out once', async () => {
      const node = rack.node('healthy')
      const before = node.commands.length
      for (const [verb, state] of [['off', 'off'], ['on', 'on'], ['cycle', 'on']] as const) {
        await ipmitool(node, '-C', suite, 'chassis', 'power', verb)
        expect(await ipmitool(node, '-C', suite, 'chassis', 'power', 'status')).toContain(`Chassis Power is ${state}`)
      }
      expect(node.commands.slice(before).map(({ action }) => action)).toEqual(['ForceOff', 'On', 'PowerCycle'])
    })

    test.each(ipmitoolQuestions)('%s', async (line, answer) => {
      const node = rack.node('healthy')
      expect(await outputWithoutError('ipmitool', [...at(node), '-C', suite, ...argumentsOf(line)])).toMatch(answer(node))
    })

    test('sensor list shows every value and threshold of the machine', async () => {
      frozen.ms += 600_000
      const node = rack.node('healthy')
      const lines = (await ipmitool(node, '-C', suite, 'sensor', 'list')).trim().split('\n')
      const rows = new Map(lines.map((line) => line.split('|').map((cell) => cell.trim())).map((cells) => [cells[0]!, cells]))
      expect(rows.size).toBe(node.machine.sensors.length)
      for (const sensor of node.machine.sensors.filter(({ kind }) => kind !== 'supply')) {
        const cells = rows.get(sensor.name)!
        expect(Number(cells[1]), sensor.name).toBeCloseTo(node.machine.reading(sensor)!, 3)
        expect(cells[3], sensor.name).toBe('ok')
        const { lowerCritical, upperCaution, upperCritical } = sensor.thresholds
        for (const [cell, limit] of [[cells[5], lowerCritical], [cells[7], upperCaution], [cells[8], upperCritical]] as const) {
          expect(cell, sensor.name).toBe(limit === undefined ? 'na' : limit.toFixed(3))
        }
      }
    })
  })

  test('chassis policy and sel time set change the machine', async () => {
    const node = rack.node('off')
    for (const policy of ['always-on', 'always-off', 'previous'] as const) {
      await ipmitool(node, 'chassis', 'policy', policy)
      expect(node.machine.restorePolicy()).toBe(policy)
    }
    await ipmitool(node, 'sel', 'time', 'set', '11/23/26 12:34:56')
    expect(new Date(node.machine.bmcTime()).toISOString()).toBe('2026-11-23T12:34:56.000Z')
  })

  test('sdr elist tells the states of a lost supply', async () => {
    const text = await ipmitool(rack.node('psu-lost'), 'sdr', 'elist')
    expect(text).toMatch(/PSU2 Status .*Presence detected, Power Supply AC lost/)
    expect(text).toMatch(/PSU1 Status .*\| Presence detected\n/)
  })

  test('a hot machine is beyond its upper caution limit', async () => {
    const text = await ipmitool(rack.node('hot'), 'sensor', 'list')
    expect(text).toMatch(/Inlet Temp +\|.*\| nc +\|/)
    expect(text).toMatch(/CPU1 Temp +\|.*\| nc +\|/)
  })

  test('a machine that is off has no fan readings', async () => {
    const node = rack.node('off')
    expect(await ipmitool(node, 'chassis', 'status')).toMatch(/System Power +: off/)
    expect(await ipmitool(node, 'sdr', 'elist')).toMatch(/FAN1 .*\| ns +\|.*No Reading/)
  })

  test('fru print shows all three areas with right checksums', async () => {
    const node = rack.node('healthy')
    const { serial, boardSerial, maker, model, assetTag } = node.machine.identity
    const text = await ipmitool(node, 'fru', 'print')
    expect(text).toContain(`Chassis Serial        : ${serial}`)
    expect(text).toContain(`Board Serial          : ${boardSerial}`)
    expect(text).toContain(`Product Manufacturer  : ${maker}`)
    expect(text).toContain(`Product Name          : ${model}`)
    expect(text).toContain(`Product Asset Tag     : ${assetTag}`)
    expect(text).not.toMatch(/checksum|unknown fru header/i)
  })

  test('sel list shows the log, sel clear empties it, and a full one says so', async () => {
    const node = rack.node('psu-lost')
    const lines = (await ipmitool(node, 'sel', 'list')).trim().split('\n')
    expect(lines).toHaveLength(node.machine.log.records().length)
    expect(lines.at(-1)).toMatch(/Power Supply AC lost.*Asserted/)
    await ipmitool(node, 'sel', 'clear')
    expect(await ipmitool(node, 'sel', 'list')).toMatch(/Log area reset\/cleared/)
    expect(await ipmitool(rack.node('sel-full'), 'sel', 'info')).toMatch(/Overflow +: true/)
  })

  test('sel time get: right, eight hours ahead, and counting from the start of the BMC', async () => {
    const timeOf = async (name: string) => (await ipmitool(rack.node(name), 'sel', 'time', 'get')).trim()
    // Other tests have moved the clock on by minutes.
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 19)
    const noon = Date.UTC(2026, 10, 23, 12)
    expect(await timeOf('healthy')).toMatch(new RegExp(`^11/23/(?:20)?26 ${time(frozen.ms)}`))
    expect(await timeOf('clock-off')).toMatch(new RegExp(`^11/23/(?:20)?26 ${time(frozen.ms + 8 * 3_600_000)}`))
    expect(await timeOf('clock-unset')).toMatch(new RegExp(`^S\\+ *${time(frozen.ms - noon)}`))
  })

  test('sel time get of a log in local time', async () => {
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 19)
    expect((await ipmitool(rack.node('sel-local'), 'sel', 'time', 'get')).trim()).toMatch(new RegExp(`^11/2[34]/(?:20)?26 ${time(frozen.ms + 8 * 3_600_000)}`))
  })

  test('identify, boot flags, restart cause, power meter and LAN parameters', async () => {
    const node = rack.node('healthy')
    await ipmitool(node, 'chassis', 'identify', 'force')
    expect(node.machine.indicator()).toBe('on')
    await ipmitool(node, 'chassis', 'bootdev', 'pxe', 'options=efiboot')
    expect(node.machine.bootOverride()).toEqual({ enabled: 'once', target: 'pxe', mode: 'uefi' })
    expect(await ipmitool(node, 'chassis', 'bootparam', 'get', '5')).toMatch(/Force PXE/)
    expect(await ipmitool(node, 'chassis', 'restart_cause')).toMatch(/chassis power control command/)
    expect(await ipmitool(node, 'dcmi', 'power', 'reading')).toMatch(/Instantaneous power reading: +\d{3} Watts/)
    expect(await ipmitool(node, 'lan', 'print', '1')).toContain(node.machine.identity.mac)
  })

  test('personas are what they say', async () => {
    await expect(ipmitool(rack.node('wrong-password'), 'mc', 'info')).rejects.toThrow(/Unable to establish/)
    await expect(ipmitool(rack.node('only-cipher-0'), '-C', '17', 'mc', 'info')).rejects.toThrow(/Unable to establish/)
    await expect(ipmitool(rack.node('unreachable'), 'mc', 'info')).rejects.toThrow(/Unable to establish/)
    await expect(ipmitool(rack.node('hangs-after-login'), 'mc', 'info')).rejects.toThrow()
    const liar = rack.node('lies')
    await ipmitool(liar, 'chassis', 'power', 'off')
    expect(await ipmitool(liar, 'chassis', 'power', 'status')).toContain('Chassis Power is on')
    expect(liar.commands.map(({ action }) => action)).toEqual(['ForceOff'])
    const loser = rack.node('reply-lost')
    await ipmitool(loser, 'chassis', 'power', 'off').catch(() => undefined)
    expect(await ipmitool(loser, 'chassis', 'power', 'status')).toContain('Chassis Power is off')
  })

  test('its sessions are closed when it leaves', () => {
    expect(rack.node('healthy').ipmi!.sessions.createdCount()).toBeGreaterThan(10)
    expect(rack.node('healthy').ipmi!.sessions.activeCount()).toBe(0)
  })
})

describeWith('ipmi-sensors', 'FreeIPMI, which only knows port 623', () => {
  let rack: Rack
  let refusal: unknown
  const frozenMs = Date.UTC(2026, 10, 23, 12)

  beforeAll(async () => {
    try {
      const nodes = uniformRack(4, ['healthy', 'psu-lost', 'off', 'sel-local'], ['ipmi'])
      rack = await startRack({ nodes, plan: '623', firstThird: 77, now: () => frozenMs })
    } catch (error) {
      refusal = error
    }
  })
  afterAll(() => rack?.close())

  const at = (host: string) => ['-D', 'LAN_2_0', '-h', host, '-u', 'admin', '-p', 'secret']
  const freeIpmi = async (tool: string, host: string, ...args: string[]) => output(tool, [...at(host), ...args])

  const testAt623 = (title: string, body: () => Promise<void>) =>
    test(title, async (context) => {
      context.skip(refusal !== undefined, `skipped: port 623 cannot be had here (${String(refusal)})`)
      await body()
    })

  for (const suite of ['3', '17']) {
    for (const [line, answer] of freeIpmiQuestions) {
      testAt623(`suite ${suite}: ${line}`, async () => {
        const [tool = '', ...args] = argumentsOf(line)
        expect(await outputWithoutError(tool, [...at('127.0.77.1'), '-I', suite, ...args])).toMatch(answer(rack.node('n1')))
      })
    }
  }

  testAt623('ipmipower asks all nodes, with suites 3 and 17', async () => {
    for (const suite of ['3', '17']) {
      const lines = (await freeIpmi('ipmipower', '127.0.77.[1-3]', '-I', suite, '--stat')).trim().split('\n')
      expect(lines.toSorted()).toEqual(['127.0.77.1: on', '127.0.77.2: on', '127.0.77.3: off'])
    }
  })

  testAt623('ipmi-sensors shows the values of the machine', async () => {
    const text = await freeIpmi('ipmi-sensors', '127.0.77.1', '--quiet-cache', '--sdr-cache-recreate', '--comma-separated-output')
    const rows = new Map(text.trim().split('\n').map((line) => line.split(',')).map((cells) => [cells[1]!, cells]))
    const node = rack.node('n1')
    for (const sensor of node.machine.sensors.filter(({ kind }) => kind !== 'supply')) {
      expect(Number(rows.get(sensor.name)?.[3]), sensor.name).toBeCloseTo(readingOf(node, sensor.name), 2)
    }
    const lost = await freeIpmi('ipmi-sensors', '127.0.77.2', '--quiet-cache', '--sdr-cache-recreate')
    expect(lost).toMatch(/PSU2 Status .*Power Supply input lost \(AC\/DC\)/)
  })

  testAt623('bmc-info, ipmi-sel and ipmi-fru read it', async () => {
    const { manufacturerId, uuid, serial } = rack.node('n1').machine.identity
    const info = await freeIpmi('bmc-info', '127.0.77.1')
    expect(info).toContain(`(${manufacturerId})`)
    expect(info).toContain(`System GUID : ${uuid}`)
    expect(await freeIpmi('ipmi-sel', '127.0.77.2', '--quiet-cache')).toMatch(/Power Supply/)
    expect(await freeIpmi('ipmi-fru', '127.0.77.1', '--quiet-cache')).toContain(serial)
  })

  testAt623('bmc-device is told the offset of a log in local time; the others know of none', async () => {
    expect(await freeIpmi('bmc-device', '127.0.77.4', '--get-sel-time-utc-offset')).toMatch(/\b480\b/)
    await expect(freeIpmi('bmc-device', '127.0.77.1', '--get-sel-time-utc-offset')).rejects.toThrow(/invalid|not supported|unrecognized/i)
  })
})

describeWith('curl', 'curl', () => {
  let rack: Rack

  beforeAll(async () => {
    const nodes = makeNames.map((make): NodePlan => ({ name: make, make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }))
    rack = await startRack({ nodes })
  })
  afterAll(() => rack.close())

  test.each(makeNames)('walks every link of the %s tree and leaves no session', async (make) => {
    const node = rack.node(make)
    const { address, ports, username, password } = node.describe()
    const base = `https://${address}:${ports.redfish}`
    const curl = (...args: string[]) => output('curl', ['-sSk', '--max-time', '20', ...args])

    const root = JSON.parse(await curl(`${base}/redfish/v1/`)) as { Links: { Sessions: { '@odata.id': string } } }
    const credentials = JSON.stringify({ UserName: username, Password: password })
    const login = await curl('-i', '-H', 'Content-Type: application/json', '-d', credentials, base + root.Links.Sessions['@odata.id'])
    expect(login).toMatch(/^HTTP\/1\.1 201/)
    const token = /X-Auth-Token"?: ?"?(\w+)/i.exec(login)![1]!
    const location = /Location: (\S+)/i.exec(login)![1]!
    expect(node.redfish!.sessions.openCount()).toBe(1)

    const seen = new Set(['/redfish/v1'])
    let level = [...seen]
    while (level.length > 0) {
      const text = await curl('-H', `X-Auth-Token: ${token}`, '-w', '\n%{http_code}\n', ...level.map((path) => base + path))
      const lines = text.trim().split('\n')
      expect(lines).toHaveLength(2 * level.length)
      level.forEach((path, i) => expect(lines[2 * i + 1], path).toBe('200'))
      const found = lines.filter((_, i) => i % 2 === 0).flatMap((json) => linksIn(JSON.parse(json)))
      level = [...new Set(found)].filter((path) => !seen.has(path))
      for (const path of level) seen.add(path)
    }
    expect(seen.size).toBeGreaterThan(30)

    expect(await curl('-X', 'DELETE', '-o', '/dev/null', '-w', '%{http_code}', '-H', `X-Auth-Token: ${token}`, base + location)).toBe('204')
    expect(node.redfish!.sessions.openCount()).toBe(0)
    expect(node.redfish!.sessions.createdCount()).toBe(1)
  })
})

/** Every `@odata.id` in a resource, without the fragments that point into one. */
function linksIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === '@odata.id' ? [String(inner).split('#')[0]!] : linksIn(inner)))
}
