import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBmc } from '#lib/bmc/open.ts'
import type { Inventory } from '#lib/domain/inventory.ts'
import { recordedServers, rigsFolder, serversFolder } from '#lib/ipmi/testing/recordings.ts'

// The FRUs of real servers, served by OpenIPMI's simulator: what ipmitool printed of them is the truth.

const rig = join(rigsFolder, 'recorded-bmc')
const servers = recordedServers()
const isPossible = existsSync(rig) && servers.length > 0
if (!isPossible) console.log(`skipped: no rig at ${rig}, or no recordings`)

const firstPort = 21_000 + (process.pid % 4_000) * 10

type Printed = { id: number; name: string; fields: Record<string, string> }

/** The blocks of `ipmitool fru print`. */
function printedFrus(server: string): Printed[] {
  const text = readFileSync(join(serversFolder, server, 'ipmitool-fru-print.txt'), 'utf8')
  return text.split(/^FRU Device Description : /m).slice(1).map((block) => {
    const [title = '', ...lines] = block.split('\n')
    const [, name = '', id = ''] = /^(.*) \(ID (\d+)\)/.exec(title) ?? []
    const pairs = lines.flatMap((line) => {
      const [key = '', ...value] = line.split(' : ')
      return value.length === 0 ? [] : [[key.trim(), value.join(' : ').trim()] as const]
    })
    return { id: Number(id), name, fields: Object.fromEntries(pairs) }
  })
}

async function readInventory(port: number): Promise<Inventory> {
  const bmc = await openBmc('ipmi', { address: '127.0.0.1', ip: '127.0.0.1', port, username: 'admin', password: 'secret', pin: null })
  try {
    return await bmc.readInventory()
  } finally {
    await bmc.close()
  }
}

/** A serial number that is one; `ipmitool` prints what the boards hold before anybody filled them in. */
const toNumber = (text: string | undefined) => (text === undefined || /^[0. ]*$|^N\/A$/i.test(text) ? undefined : text)

describe.skipIf(!isPossible)('FRUs of recorded servers', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fru-inventory-'))
    servers.forEach((server, index) => execFileSync(rig, ['start', server, String(firstPort + index), folder]))
  }, 120_000)

  afterAll(() => {
    execFileSync(rig, ['stop', folder])
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(servers.map((server, index) => ({ server, port: firstPort + index })))('$server: serial numbers are where ipmitool has them', async ({ server, port }) => {
    const { parts, sections } = await readInventory(port)
    expect(sections).toMatchObject({ fru: 'read', bmc: 'read' })
    const serialOf = (kind: string) => parts.find((part) => part.kind === kind)?.serial
    const printed = printedFrus(server)
    expect(printed.length).toBeGreaterThan(0)
    const builtin = printed.find(({ id }) => id === 0)
    expect(serialOf('system')).toBe(toNumber(builtin?.fields['Product Serial']))
    expect(serialOf('board')).toBe(toNumber(builtin?.fields['Board Serial']))
    expect(serialOf('chassis')).toBe(toNumber(builtin?.fields['Chassis Serial']))
    const toName = (slot: string) => slot.replace(/ #\d+$/, '')
    const frus = parts.filter(({ kind }) => kind === 'fru')
    const others = printed.filter(({ id }) => id !== 0)
    const expected = others
      .filter(({ fields }) => Object.keys(fields).length > 0)
      .map(({ name, fields }) => [name, toNumber(fields['Product Serial']) ?? toNumber(fields['Board Serial'])])
    expect(frus.filter(({ faults }) => faults === undefined).map(({ slot, serial }) => [toName(slot), serial])).toEqual(expected)
    // Where a checksum is wrong ipmitool prints nothing; we say so.
    const blank = new Set(others.filter(({ fields }) => Object.keys(fields).length === 0).map(({ name }) => name))
    expect(frus.filter(({ slot, faults }) => faults !== undefined && !blank.has(toName(slot)))).toEqual([])
  }, 60_000)
})
