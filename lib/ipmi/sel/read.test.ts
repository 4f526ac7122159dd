import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { clearSel as clearSelCommand, getSelEntry, getSelErasure, reserveSel } from '../commands/sel.ts'
import { getSelInfo } from '../commands/storage.ts'
import { openCapture, printedIn, sessionsFolder } from '../testing/capture.ts'
import { senderOf, type RawAnswer } from '../testing/recorded-sender.ts'
import { describeSelRecord } from './describe.ts'
import { clearSel, readSel } from './read.ts'
import { decodeSelRecord } from './record.ts'

/** A log whose ids, times and manners a test sets. */
function fakeLog(count = 0) {
  const log = {
    records: [] as Buffer[],
    addedAt: 1_790_000_000,
    erasedAt: 1_780_000_000,
    commands: [] as string[],
    /** What Get SEL Entry answers instead, by id. */
    instead: new Map<number, RawAnswer>(),
    /** How often the erasure is still going on. */
    erasing: 0,
    add(id: number, data1 = 0) {
      const record = Buffer.from([id & 0xff, id >> 8, 0x02, 0xc0, 0xe2, 0x03, 0x6a, 0x20, 0x00, 0x04, 0x0c, 0x08, 0x6f, data1, 0xff, 0xff])
      log.records.push(record)
      log.addedAt++
    },
  }
  for (let id = 1; id <= count; id++) log.add(id)

  function entry(data: Buffer): RawAnswer {
    const id = data.readUInt16LE(2)
    const special = log.instead.get(id)
    if (special) return special
    const index = id === 0 ? 0 : log.records.findIndex((record) => record.readUInt16LE(0) === id)
    if (!log.records[index]) return [0xcb]
    const next = Buffer.alloc(2)
    next.writeUInt16LE(log.records[index + 1]?.readUInt16LE(0) ?? 0xffff)
    return [0, Buffer.concat([next, log.records[index]!])]
  }

  const session = senderOf((command, data) => {
    log.commands.push(command.cmd.toString(16))
    if (command.cmd === getSelInfo.cmd) {
      const info = Buffer.alloc(14)
      info[0] = 0x51
      info.writeUInt16LE(log.records.length, 1)
      info.writeUInt32LE(log.addedAt, 5)
      info.writeUInt32LE(log.erasedAt, 9)
      return [0, info]
    }
    if (command.cmd === getSelEntry.cmd) return entry(data)
    if (command.cmd === reserveSel.cmd) return [0, Buffer.of(0x34, 0x12)]
    if (command.cmd === clearSelCommand.cmd) {
      log.commands[log.commands.length - 1] = data.toString('hex')
      return [0, Buffer.of(data[5] === 0xaa || log.erasing-- > 0 ? 0 : 1)]
    }
    return [0xc1]
  })
  return Object.assign(log, { session })
}

const idsOf = (records: readonly { recordId: number }[]) => records.map(({ recordId }) => recordId)

describe('incremental reading', () => {
  test('first everything, then one command while nothing changes, then what is new', async () => {
    const log = fakeLog(3)
    const first = await readSel(log.session)
    expect([idsOf(first.records), first.wasCleared, first.isComplete]).toEqual([[1, 2, 3], false, true])
    log.commands.length = 0
    const quiet = await readSel(log.session, { since: first.cursor! })
    expect([quiet.records, log.commands]).toEqual([[], ['40']])
    log.add(4)
    expect(idsOf((await readSel(log.session, { since: quiet.cursor! })).records)).toEqual([4])
  })

  test('the cursor survives being kept as JSON', async () => {
    const log = fakeLog(2)
    const { cursor } = await readSel(log.session)
    log.add(9)
    expect(idsOf((await readSel(log.session, { since: JSON.parse(JSON.stringify(cursor)) })).records)).toEqual([9])
  })

  test('another erase time means a new log, though the last id is there again', async () => {
    const log = fakeLog(3)
    const { cursor } = await readSel(log.session)
    log.erasedAt += 60
    log.addedAt += 60
    expect(await readSel(log.session, { since: cursor! })).toMatchObject({ wasCleared: true, records: [{ recordId: 1 }, {}, {}] })
  })

  test('an id that is gone or holds another record means the same', async () => {
    const log = fakeLog(3)
    const { cursor } = await readSel(log.session)
    log.records.length = 0
    log.add(7)
    expect(await readSel(log.session, { since: cursor! })).toMatchObject({ wasCleared: true, records: [{ recordId: 7 }] })
    log.records.length = 0
    log.add(3, 0x01)
    expect((await readSel(log.session, { since: cursor! })).wasCleared).toBe(true)
  })

  test('an emptied log leaves nothing to go on from', async () => {
    const log = fakeLog(3)
    const { cursor } = await readSel(log.session)
    log.records.length = 0
    expect(await readSel(log.session, { since: cursor! })).toMatchObject({ wasCleared: true, records: [], cursor: undefined })
    expect(await readSel(log.session)).toMatchObject({ wasCleared: false, records: [] })
  })

  test('a limit, or a chain that turns back on itself, ends the reading', async () => {
    const log = fakeLog(5)
    const part = await readSel(log.session, { limit: 2 })
    expect([idsOf(part.records), part.isComplete]).toEqual([[1, 2], false])
    // Nothing has changed, yet the rest is read.
    expect(idsOf((await readSel(log.session, { since: part.cursor! })).records)).toEqual([3, 4, 5])
    log.instead.set(3, [0, Buffer.concat([Buffer.of(0x02, 0x00), log.records[2]!])])
    expect(idsOf((await readSel(log.session)).records)).toEqual([1, 2, 3])
  })

  test('a next record that is not there ends the log; any other refusal rejects', async () => {
    const log = fakeLog(2)
    log.instead.set(2, [0, Buffer.concat([Buffer.of(0x09, 0x00), log.records[1]!])])
    expect(idsOf((await readSel(log.session)).records)).toEqual([1, 2])
    log.instead.set(2, [0xd4])
    await expect(readSel(log.session)).rejects.toMatchObject({ kind: 'completion-code', completionCode: 0xd4 })
  })
})

describe('clearing', () => {
  test('reserves, starts once with CLR AA, and asks with CLR 00 until it is done', async () => {
    const log = fakeLog(1)
    log.erasing = 2
    await clearSel(log.session, { pollMs: 1 })
    expect(log.commands).toEqual(['42', '3412434c52aa', '3412434c5200', '3412434c5200', '3412434c5200'])
  })

  test('after its time it is not known whether it was done', async () => {
    const log = fakeLog(1)
    log.erasing = Infinity
    await expect(clearSel(log.session, { pollMs: 1, waitMs: 20 })).rejects.toMatchObject({ kind: 'reply-lost' })
  })

  test('the start is sent once whatever happens, the status may be asked again', () => {
    expect([clearSelCommand.effect, getSelErasure.effect]).toEqual(['write', 'read'])
  })
})

describe.skipIf(!existsSync(sessionsFolder))(`a captured log (skipped without ${sessionsFolder})`, () => {
  test('every record is what ipmitool printed', () => {
    const answers = openCapture('cs3-sel-list').filter(({ request }) => request.netFn === getSelEntry.netFn && request.cmd === getSelEntry.cmd)
    const blocks = printedIn('cs3-sel-list').split('\n\n').filter((block) => block.includes('SEL Record ID'))
    expect(answers.length).toBe(blocks.length)
    expect(blocks.length).toBe(65)
    answers.forEach(({ request, response }, index) => {
      // ipmitool asks as we do: no reservation, from offset 0, the whole record.
      expect(getSelEntry.encode({ recordId: Buffer.from(request.data).readUInt16LE(2) })).toEqual(Buffer.from(request.data))
      const record = decodeSelRecord(getSelEntry.decode(Buffer.from(response.data)).record)
      const field = (name: string) => new RegExp(`^ ?${name} *: ?(.*)$`, 'm').exec(blocks[index]!)?.[1]?.trim()
      if (record.kind !== 'event') throw new Error('not an event')
      const { text, sensorType } = describeSelRecord(record, [])
      expect(record.recordId.toString(16).padStart(4, '0')).toBe(field('SEL Record ID'))
      expect(record.sensorNumber.toString(16).padStart(2, '0')).toBe(field('Sensor Number'))
      expect(record.isAsserted).toBe(field('Event Direction') === 'Assertion Event')
      expect(Buffer.from(record.data).toString('hex')).toBe(field('Event Data')?.slice(0, 6))
      expect(record.time.kind).toBe('since-start')
      const isNamed = field('Sensor Type') !== 'Unknown' && field('Description') !== ''
      if (isNamed) expect([sensorType?.split(/[ /]/)[0], text.toLowerCase()]).toEqual([field('Sensor Type')!.split(/[ /]/)[0], field('Description')!.toLowerCase()])
    })
  })
})
