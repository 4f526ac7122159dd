import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RedfishPart, RedfishPartKind } from '#lib/redfish/inventory-part.ts'
import { createModel, type RedfishModel } from '#lib/redfish/model.ts'
import type { InventoryReading } from '#lib/redfish/inventory-collector.ts'
import { readInventory } from '#lib/redfish/read-inventory.ts'
import { readLog } from '#lib/redfish/read-log.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { readRecording, RECORDINGS, startReplay, type Replay } from './replay-redfish.ts'

// What is expected here was read by eye from the raw trees.

const folder = join(RECORDINGS, 'redfish')
const machines = existsSync(folder) ? readdirSync(folder).map((file) => file.replace('.json.gz', '')) : []
if (machines.length === 0) console.warn(`skipped: no recordings at ${folder} (set RECORDINGS)`)

async function withReplay(machine: string, use: (model: RedfishModel, replay: Replay) => Promise<void>): Promise<void> {
  const replay = await startReplay(readRecording(machine))
  try {
    const session = await openRedfish({ ...replay, expectedFingerprint: replay.fingerprint })
    try {
      await use(createModel(session), replay)
    } finally {
      await session.close()
    }
  } finally {
    await replay.close()
  }
}

const ofKind = ({ parts }: InventoryReading, kind: RedfishPartKind) => parts.filter((one) => one.kind === kind)
const column = (parts: RedfishPart[], ...names: (keyof RedfishPart)[]) => parts.map((one) => names.map((name) => one[name]))
const GiB = 2 ** 30

describe.skipIf(machines.length === 0)('inventory of recorded machines', () => {
  it('dell-r740: SimpleStorage, a supply with all its numbers, firmware without what is not installed', async () => {
    await withReplay('dell-r740', async (model) => {
      const inventory = await readInventory(model)
      expect(ofKind(inventory, 'system')).toMatchObject([
        { manufacturer: 'Dell Inc.', model: 'PowerEdge R740', serial: 'CN7475171F0057', partNumber: '06G98XX10' },
      ])
      expect(ofKind(inventory, 'processor')).toMatchObject([
        { slot: 'CPU.Socket.1', name: 'CPU 1', model: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz', cores: 16, threads: 32, speedMhz: 4000 },
      ])
      // iDRAC 9 3.15 tells of no modules.
      expect([inventory.sections.memory, ofKind(inventory, 'memory')]).toEqual([undefined, []])
      expect(ofKind(inventory, 'drive')).toMatchObject([
        { slot: 'AHCI.Embedded.1-1 Physical Disk 2:0', manufacturer: 'SEAGATE', model: 'ST2000NM0055 1V4', sizeBytes: 2_000_398_934_016 },
      ])
      expect(column(ofKind(inventory, 'nic'), 'slot', 'mac', 'speedMbps').toSorted()).toEqual([
        ['NIC.Integrated.1-1-1', '18:66:da:f0:5a:88', undefined],
        ['NIC.Integrated.1-2-1', '18:66:da:f0:5a:89', 1000],
        ['NIC.Integrated.1-3-1', '18:66:da:f0:5a:8a', undefined],
        ['NIC.Integrated.1-4-1', '18:66:da:f0:5a:8b', undefined],
      ])
      expect(ofKind(inventory, 'supply')).toMatchObject([
        { slot: 'PS1 Status', serial: 'PH16298697007V', partNumber: '0Y9VFCA00', firmware: '00.14.4B', capacityWatts: 750 },
      ])
      expect(ofKind(inventory, 'bmc')).toMatchObject([{ model: '14G Monolithic', firmware: '3.15.15.15' }])
      expect(ofKind(inventory, 'bios')).toMatchObject([{ firmware: '0.4.1' }])
      // Thirteen are listed: one is the version before, four have version 0.
      expect(column(ofKind(inventory, 'firmware'), 'slot', 'firmware')).toEqual([
        ['Power Supply.Slot.1', '00.14.4B'],
        ['Backplane 1', '3.26'],
        ['Disk 0 on Embedded AHCI Controller 1', 'DA02'],
        ['BIOS', '0.4.1'],
        ['Integrated Dell Remote Access Controller', '3.15.15.15'],
        ['Broadcom Gigabit Ethernet BCM5720 - 18:66:DA:F0:5A:8A', '7.10.0'],
        ['System CPLD', '0.4.0'],
        ['Lifecycle Controller', '3.15.15.15'],
      ])
    })
  })

  it('hpe-dl325-gen10plus: four modules in sixteen slots, supplies of one name, interfaces as the OS calls them', async () => {
    await withReplay('hpe-dl325-gen10plus', async (model) => {
      const inventory = await readInventory(model)
      expect(column(ofKind(inventory, 'memory'), 'slot', 'serial', 'partNumber', 'sizeBytes', 'speedMhz', 'technology')).toEqual([
        ['PROC 1 DIMM 1', '438AD388', 'HMA82GR7CJR4N-XN', 16 * GiB, 3200, 'DDR4'],
        ['PROC 1 DIMM 3', '438AD387', 'HMA82GR7CJR4N-XN', 16 * GiB, 3200, 'DDR4'],
        ['PROC 1 DIMM 14', '438AD2AF', 'HMA82GR7CJR4N-XN', 16 * GiB, 3200, 'DDR4'],
        ['PROC 1 DIMM 16', '438AED08', 'HMA82GR7CJR4N-XN', 16 * GiB, 3200, 'DDR4'],
      ])
      expect(inventory.absent.memory).toBe(12)
      expect(ofKind(inventory, 'processor')).toMatchObject([{ slot: 'Proc 1', model: 'AMD EPYC 7302P 16-Core Processor', cores: 16, threads: 32 }])
      expect(column(ofKind(inventory, 'nic'), 'slot', 'name', 'mac', 'linkUp', 'speedMbps')).toEqual([
        ['1', 'bond0', '94:40:c9:5c:86:bc', true, 25_000],
        ['2', 'mgmt3', '94:40:c9:5c:86:bd', false, undefined],
        ['3', 'bond0', '14:02:ec:d9:3a:a0', true, 25_000],
        ['4', 'mgmt1', '14:02:ec:d9:3a:a1', false, undefined],
      ])
      expect(column(ofKind(inventory, 'supply'), 'slot', 'serial', 'capacityWatts')).toEqual([
        ['Power supply 1', '5WBXK0FLLDIKPU', 500],
        ['Power supply 2', '5WBXK0FLLDIKYK', 500],
      ])
      expect(ofKind(inventory, 'firmware')).toHaveLength(12)
      expect(column(ofKind(inventory, 'firmware'), 'slot', 'firmware')).toContainEqual(['Redundant System ROM', 'A43 v2.40 (02/23/2021)'])
      expect(ofKind(inventory, 'bmc')).toMatchObject([{ model: 'iLO 5', firmware: 'iLO 5 v2.46' }])
    })
  })

  it('lenovo-sr670: sixteen of thirty-two slots, two NVMe drives, two GPUs, four supplies', async () => {
    await withReplay('lenovo-sr670', async (model) => {
      const inventory = await readInventory(model)
      const memory = ofKind(inventory, 'memory')
      expect([memory.length, inventory.absent.memory]).toEqual([16, 16])
      expect(column(memory, 'slot').flat()).toEqual([1, 3, 5, 7, 10, 12, 14, 16, 17, 19, 21, 23, 26, 28, 30, 32].map((slot) => `DIMM ${slot}`))
      expect(memory[15]).toMatchObject({ manufacturer: 'Samsung', partNumber: 'M393A4G43AB3-CWE', serial: '0428DA5A', sizeBytes: 32 * GiB })
      expect(column(ofKind(inventory, 'processor'), 'slot', 'model', 'cores', 'threads')).toEqual([
        ['CPU 1', 'Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz', 18, 36],
        ['CPU 2', 'Intel(R) Xeon(R) Gold 6354 CPU @ 3.00GHz', 18, 36],
      ])
      expect(column(ofKind(inventory, 'accelerator'), 'slot', 'serial', 'firmware', 'technology')).toEqual([
        ['GPU1', '1322221026831', '94.02.5C.00.02', 'GPU'],
        ['GPU2', '1322221028609', '94.02.5C.00.02', 'GPU'],
      ])
      expect(column(ofKind(inventory, 'drive'), 'slot', 'serial', 'model', 'firmware', 'sizeBytes', 'technology')).toEqual([
        ['Drive 0', 'PHAB1234034Z1P9SGN', 'SSDPF2KE016T9L', '2CV1L028', 1_600_000_000_000, 'NVMe SSD'],
        ['Drive 1', 'PHAB123401GY1P9SGN', 'SSDPF2KE016T9L', '2CV1L028', 1_600_000_000_000, 'NVMe SSD'],
      ])
      expect(column(ofKind(inventory, 'supply'), 'slot', 'serial', 'capacityWatts')).toEqual([
        ['PSU1', 'D1DG12N00HD', 2400],
        ['PSU2', 'D1DG12N00HH', 2400],
        ['PSU3', 'D1DG12N00FY', 2400],
        ['PSU4', 'D1DG12N00J5', 2400],
      ])
      expect(ofKind(inventory, 'firmware')).toHaveLength(12)
      // "N/A" and the like are no numbers.
      expect(inventory.parts.filter(({ serial, partNumber, model: word }) => [serial, partNumber, word].includes('N/A'))).toEqual([])
    })
  })

  it('supermicro-x10sdv: four modules; a linked Storage that is not there is a failed reading, not a machine without drives', async () => {
    await withReplay('supermicro-x10sdv', async (model) => {
      const inventory = await readInventory(model)
      expect(column(ofKind(inventory, 'memory'), 'slot', 'serial', 'sizeBytes', 'speedMhz')).toEqual([
        ['DIMMA1', '16E1FD76', 16 * GiB, 2133],
        ['DIMMA2', '16E203D3', 16 * GiB, 2133],
        ['DIMMB1', '16E1FD2E', 16 * GiB, 2133],
        ['DIMMB2', '16E1F6F3', 16 * GiB, 2133],
      ])
      expect(ofKind(inventory, 'system')[0]).toMatchObject({ manufacturer: 'Supermicro', serial: undefined })
      expect(column(ofKind(inventory, 'nic'), 'name', 'mac')).toContainEqual(['OnBoard LAN 4', 'ac:1f:6b:18:a6:b3'])
      expect([inventory.sections.drive, inventory.sections.memory]).toEqual(['failed', 'read'])
    })
  })

  it('openbmc-qemu-stock: nothing but itself', async () => {
    await withReplay('openbmc-qemu-stock', async (model) => {
      const { parts, sections } = await readInventory(model)
      expect(column(parts, 'kind', 'slot', 'firmware')).toEqual([
        ['system', 'System', undefined],
        ['chassis', 'chassis', undefined],
        ['bmc', 'bmc', '2.15.0-dev-686-g100c36de90'],
        ['bmcNic', 'eth0', undefined],
        ['firmware', 'Software Inventory', '2.15.0-dev-686-g100c36de90'],
        ['certificate', 'HTTPS', undefined],
        // That of the replay.
        ['certificate', 'HTTPS (presented)', undefined],
      ])
      expect(sections.processor).toBe('read')
    })
  })
})

/** Every string in the tree that a BMC offers as a link. */
function collectLinks(value: unknown, links: Set<string>): void {
  if (typeof value === 'string' && value.startsWith('/redfish/')) links.add(value.split('#', 1)[0]!)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach((inner) => collectLinks(inner, links))
}

describe.skipIf(machines.length === 0)('every recorded machine', () => {
  it.each(machines)('%s: inventory and logs are read, twice alike, asking only for what the tree links', async (machine) => {
    await withReplay(machine, async (model, replay) => {
      const first = await readInventory(model)
      expect(replay.requests.length).toBeLessThan(250)
      expect((await readInventory(model)).parts).toEqual(first.parts)
      const slots = first.parts.map(({ kind, slot }) => `${kind} ${slot}`)
      expect(new Set(slots).size).toBe(slots.length)
      expect(slots.filter((slot) => slot.endsWith(' '))).toEqual([])

      const before = replay.requests.length
      const log = await readLog(model)
      expect(replay.requests.length - before).toBeLessThan(40)
      const again = await readLog(model, JSON.parse(JSON.stringify(log.cursors)))
      expect(again.services.map(({ service, entries, wasCleared }) => [service.name, entries, wasCleared])).toEqual(
        log.services.map(({ service }) => [service.name, [], false]),
      )

      const links = new Set(['/redfish/v1/', '/redfish/v1/SessionService/Sessions'])
      collectLinks(readRecording(machine).resources, links)
      const asked = replay.requests.map((request) => request.split(' ')[1]!)
      // iDRAC up to 3.x gives no nextLink: then the next page is asked for as DSP0266 §7.3.2 says; members at once, where that is advertised.
      expect(asked.filter((path) => !links.has(path.replace(/\?\$(?:skip=\d+|expand=[^&]*)$/, '')))).toEqual([])
    })
  })
})

describe.skipIf(machines.length === 0)('logs of recorded machines', () => {
  const logOf = async (machine: string, name: string) => {
    let found: Awaited<ReturnType<typeof readLog>>['services'][number] | undefined
    await withReplay(machine, async (model) => {
      found = (await readLog(model)).services.find(({ service }) => service.name === name)
    })
    return found!
  }

  it('dell-r740 SEL: newest first, wrapped fields, 50 of 90 (the recording has no second page)', async () => {
    const { entries, service } = await logOf('dell-r740', 'SEL')
    expect([entries.length, service.clearTarget]).toEqual([50, '/redfish/v1/Managers/iDRAC.Embedded.1/LogServices/Sel/Actions/LogService.ClearLog'])
    expect(entries[0]).toMatchObject({
      id: '90',
      created: '2017-10-25T23:23:24-05:00',
      severity: 'Critical',
      health: 'Critical',
      message: 'The system board VGA cable or interconnect is not connected, or is improperly connected.',
      messageId: '1ffff',
      sensorType: 'Cable/Interconnect',
      sensorNumber: 82,
      entryCode: 'Assert',
    })
  })

  it('hpe-dl325-gen10plus IML: 143 entries in one answer, "Repaired" is no trouble any more', async () => {
    const { entries } = await logOf('hpe-dl325-gen10plus', 'IML')
    expect(entries).toHaveLength(143)
    expect(entries.find(({ id }) => id === '1')).toMatchObject({ created: '2021-01-28T22:53:08Z', severity: 'Repaired', health: 'OK', isResolved: true })
  })

  it('gigabyte-h262-z63 SEL: the event’s time, not the time of asking', async () => {
    const { entries } = await logOf('gigabyte-h262-z63', 'SEL')
    expect(entries.find(({ id }) => id === '1')).toMatchObject({
      created: '2021-02-16T18:14:21+00:00',
      sensorType: 'Processor',
      event: { data: [0x07, 0xff, 0xff] },
    })
  })

  it('supermicro-x10sdv: no severity, but the raw event', async () => {
    const { entries } = await logOf('supermicro-x10sdv', 'Log1')
    expect(entries).toHaveLength(65)
    expect(entries.find(({ id }) => id === '1')).toMatchObject({
      severity: undefined,
      message: '[ OEM ] Correctable ECC @DIMMB1',
      event: { sensorType: 0x0c, eventType: 0x6f, isAsserted: true, data: [0xa0, 0x2a, 0x80] },
    })
  })
})
