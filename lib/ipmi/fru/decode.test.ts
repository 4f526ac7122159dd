import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordedServers, recordingsFolder, serversFolder } from '../testing/recordings.ts'
import { senderOf } from '../testing/recorded-sender.ts'
import { decodeFru } from './decode.ts'
import { readFru } from './read.ts'

const servers = recordedServers()
const images = join(recordingsFolder, 'ipmi/fru')

/** The fields that ipmitool printed of FRU 0. */
function printedFru(server: string): Map<string, string> {
  const [builtin = ''] = readFileSync(join(serversFolder, server, 'ipmitool-fru-print.txt'), 'utf8').split(/\n\s*\n/)
  return new Map(builtin.split('\n').flatMap((line) => {
    const match = /^\s*([\w ]+?)\s*: (.*)$/.exec(line)
    return match ? [[match[1]!, match[2]!.trim()] as const] : []
  }))
}

describe.skipIf(servers.length === 0)('recorded servers (skipped without recordings)', () => {
  test.each(servers)('%s: FRU 0 is what ipmitool printed', (server) => {
    const { frus } = JSON.parse(readFileSync(join(serversFolder, server, 'recording.json'), 'utf8')) as {
      frus: { mc: number; fru_id: number; data_hex: string }[]
    }
    const builtin = frus.find((each) => each.mc === 0x20 && each.fru_id === 0)
    const printed = printedFru(server)
    if (!builtin || ![...printed.keys()].some((name) => name.startsWith('Product') || name.startsWith('Board'))) return
    const { chassis, board, product } = decodeFru(Buffer.from(builtin.data_hex, 'hex'))
    expect({
      'Chassis Part Number': chassis?.partNumber,
      'Chassis Serial': chassis?.serialNumber,
      'Board Mfg': board?.manufacturer,
      'Board Product': board?.productName,
      'Board Serial': board?.serialNumber,
      'Board Part Number': board?.partNumber,
      'Product Manufacturer': product?.manufacturer,
      'Product Name': product?.productName,
      'Product Part Number': product?.partNumber,
      'Product Serial': product?.serialNumber,
    }).toEqual(Object.fromEntries([
      'Chassis Part Number', 'Chassis Serial', 'Board Mfg', 'Board Product', 'Board Serial', 'Board Part Number',
      'Product Manufacturer', 'Product Name', 'Product Part Number', 'Product Serial',
    ].map((name) => [name, printed.get(name) || undefined])))
  })
})

describe.skipIf(!existsSync(images))('FRU images (skipped without recordings)', () => {
  test('Supermicro X11SCZ-F', () => {
    expect(decodeFru(readFileSync(join(images, 'fru_supermicro_x11scz-f.bin')))).toMatchObject({
      board: { manufacturer: 'Supermicro' },
      problems: [],
    })
  })

  test.each(['kontron_am4010', 'kontron_am4904', 'vadatech_utc017'])('%s has a board or a product with a name', (name) => {
    const { board, product } = decodeFru(readFileSync(join(images, `${name}.bin`)))
    expect(board?.productName ?? product?.productName).toMatch(/\w/)
  })
})

/** Header and a board area: language 0, minutes 1 after 1996, then fields, C1h, padding, checksum. */
function fruWith(fields: string): Buffer {
  const board = Buffer.alloc(32)
  Buffer.concat([Buffer.of(0x01, 0x04, 0x00, 0x01, 0x00, 0x00), Buffer.from(fields.replaceAll(' ', ''), 'hex')]).copy(board)
  board[31] = -board.reduce((sum, byte) => sum + byte, 0) & 0xff
  return Buffer.concat([Buffer.of(0x01, 0, 0, 0x01, 0, 0, 0, 0xfe), board])
}

describe('a board area', () => {
  // "ACME" in 8-bit, "IPMI" in 6-bit, "12-3" in BCD plus, empty, end of fields
  const fru = fruWith('c4 41434d45 83 29dca6 42 12b3 00 c1')

  test('fields in every encoding', () => {
    expect(decodeFru(fru)).toEqual({
      chassis: undefined,
      product: undefined,
      board: {
        manufacturedAt: new Date('1996-01-01T00:01:00Z'),
        manufacturer: 'ACME',
        productName: 'IPMI',
        serialNumber: '12-3',
        partNumber: undefined,
      },
      problems: [],
    })
  })

  test('a wrong checksum is reported, not fatal', () => {
    const broken = Buffer.from(fru)
    broken[39] = broken[39]! ^ 1
    expect(decodeFru(broken)).toMatchObject({ board: { manufacturer: 'ACME' }, problems: ['wrong checksum of the board area'] })
  })

  test('an area that lies outside is reported, not fatal', () => {
    expect(decodeFru(fru.subarray(0, 16)).problems).toEqual(['the board area is cut short'])
    expect(decodeFru(fru.subarray(0, 8)).problems).toEqual(['the board area is missing'])
  })

  test('an answer that is padded beyond its count, or longer than asked, is cut', async () => {
    const sender = senderOf(({ cmd }, data) => {
      if (cmd === 0x10) return [0, Buffer.of(fru.length, 0, 0)]
      const [offset, count] = [data.readUInt16LE(1), data[3]!]
      const isLonger = offset === 0
      const given = isLonger ? count + 4 : Math.min(count, 7)
      return [0, Buffer.concat([Buffer.of(given), fru.subarray(offset, offset + given), Buffer.alloc(isLonger ? 0 : 9, 0xee)])]
    })
    expect(await readFru(sender, 0)).toEqual(fru)
  })

  test('is read in chunks, smaller ones where the BMC says so', async () => {
    const sender = senderOf(({ cmd }, data) => {
      if (cmd === 0x10) return [0, Buffer.of(fru.length, 0, 0)]
      const [offset, count] = [data.readUInt16LE(1), data[3]!]
      return count > 16 ? [0xca] : [0, Buffer.concat([Buffer.of(count), fru.subarray(offset, offset + count)])]
    })
    expect(await readFru(sender, 0)).toEqual(fru)
  })
})
