import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openBmc } from '#lib/bmc/open.ts'
import { inventory } from '#lib/domain/inventory.ts'
import { logEntry } from '#lib/domain/log-entry.ts'
import { byNewest } from '#lib/domain/log-time.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { SimulatedNode } from '#simulator/node.ts'

/** Both protocols read the same machines: what the rack says happened must come out of either. */
describe.each(['redfish', 'ipmi'] as const)('log and inventory over %s', (protocol: Protocol) => {
  let rack: Rack
  const nowMs = Date.UTC(2026, 10, 23, 12)
  const nodes = (['supermicro', 'dell', 'openbmc'] as const).map((make) => ({ name: make, make, persona: 'healthy' as const, protocol, faces: [protocol] }))

  beforeAll(async () => {
    rack = await startRack({ nodes, now: () => nowMs, timing: { powerOnMs: 0, gracefulShutdownMs: 0, cycleOffMs: 0 } })
  })
  afterAll(() => rack.close())

  async function ask<T>(node: SimulatedNode, use: (bmc: Bmc) => Promise<T>): Promise<T> {
    const { address, ports, username, password } = node.describe()
    const bmc = await openBmc(protocol, { address, ip: address, port: ports[protocol]!, username, password, pin: null })
    try {
      return await use(bmc)
    } finally {
      await bmc.close()
    }
  }

  test.each(nodes.map(({ name }) => name))('%s: everything, then what is new, then a cleared log', async (name) => {
    const node = rack.node(name)
    const { log } = node.machine
    await ask(node, async (bmc) => {
      const first = await bmc.readLog(null)
      expect(first.entries).toHaveLength(log.records().length)
      expect(first.entries.map((entry) => logEntry.parse(entry))).toEqual(first.entries)
      expect(new Set(first.entries.map(({ key }) => key)).size).toBe(first.entries.length)
      expect(first.sources).toMatchObject([{ isComplete: true, wasCleared: false, canClear: true }])

      const slot = 5
      log.add(nowMs - 60_000, { what: 'correctableEcc', slot })
      log.add(nowMs - 30_000, { what: 'supplyInputLost', supply: 2, asserted: true })
      const cursor = JSON.parse(JSON.stringify(first.cursor)) as typeof first.cursor
      const second = await bmc.readLog(cursor)
      const [lost, ecc] = second.entries.toSorted(byNewest)
      expect(second.entries).toHaveLength(2)
      expect(ecc).toMatchObject({ at: '2026-11-23T11:59:00.000Z', level: 'warning' })
      expect(ecc?.text).toMatch(/correctable.*5/i)
      expect(lost).toMatchObject({ at: '2026-11-23T11:59:30.000Z', level: 'critical' })
      expect((await bmc.readLog(second.cursor)).entries).toEqual([])

      expect(await bmc.clearLog(first.sources[0]!.name)).toEqual({ kind: 'accepted' })
      const cleared = await bmc.readLog(second.cursor)
      expect(cleared.sources[0]?.wasCleared).toBe(true)
      expect(cleared.entries).toHaveLength(1)
      await expect(bmc.clearLog('no such log')).rejects.toMatchObject({ kind: 'unsupported' })
    })
  })

  test.each(nodes.map(({ name }) => name))('%s: the inventory is that of the machine', async (name) => {
    const node = rack.node(name)
    const { identity } = node.machine
    const read = inventory.parse(await ask(node, (bmc) => bmc.readInventory()))
    const ofKind = (kind: string) => read.parts.filter((one) => one.kind === kind)
    expect(ofKind('system')).toMatchObject([{ manufacturer: identity.maker, model: identity.model, serial: identity.serial }])
    if (protocol === 'ipmi') {
      expect(ofKind('board')).toMatchObject([{ serial: identity.boardSerial }])
      expect(ofKind('bmc')[0]?.firmware).toMatch(new RegExp(`^${identity.firmware[0]}\\.`))
      return
    }
    expect(ofKind('memory').map(({ slot, serial, sizeBytes }) => [slot, serial, sizeBytes])).toEqual(
      identity.dimms.map(({ slot, serial, sizeMiB }) => [slot, serial, sizeMiB * 2 ** 20]),
    )
    expect(ofKind('processor').map(({ model, cores }) => [model, cores])).toEqual(identity.cpus.map(({ model, cores }) => [model, cores]))
    expect(ofKind('supply')).toHaveLength(2)
    expect(ofKind('drive').map(({ slot, technology }) => [slot, technology])).toEqual([['Bay 0', 'SATA SSD'], ['Bay 1', 'SATA SSD']])
    expect(ofKind('nic').map(({ name: port, linkUp }) => [port, linkUp])).toEqual([['LAN 1', true], ['LAN 2', false]])
    expect(ofKind('firmware')).toHaveLength(3)
    expect(ofKind('bios')).toMatchObject([{ firmware: identity.biosVersion }])
    expect(ofKind('bmc')).toMatchObject([{ firmware: identity.firmwareText }])
    expect(Object.values(read.sections)).not.toContain('failed')
  })
})
