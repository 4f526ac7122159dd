import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BridgedTo } from '../bridge.ts'
import type { Command } from '../command.ts'
import { getSensorReading, getSensorThresholds } from '../commands/sensor.ts'
import { getSdr, getSdrRepositoryInfo, reserveSdrRepository } from '../commands/storage.ts'
import { completionError } from '../completion-codes.ts'
import { bmcAddress } from '../message.ts'
import { splitSdrs } from '../sdr/record.ts'
import type { Sender } from '../sdr/repository.ts'
import type { SendOptions } from '../session.ts'
import { serversFolder } from './recordings.ts'

type RecordedSensor = {
  readonly mc: number
  readonly lun: number
  readonly number: number
  readonly raw: number
  readonly event_support: string
  readonly threshold?: string
  readonly state_bits?: Readonly<Record<string, number>>
}

/** A raw answer: completion code and data. */
export type RawAnswer = readonly [completionCode: number, data?: Buffer]

/** A session whose answers come from a function: the command's own encode and decode are used, the wire is not. */
export function senderOf(answer: (command: { readonly netFn: number; readonly cmd: number }, data: Buffer, lun: number, to: BridgedTo) => RawAnswer): Sender {
  return {
    send: async <Request, Response>(command: Command<Request, Response>, request: Request, options: SendOptions = {}): Promise<Response> => {
      const [completionCode, data = Buffer.alloc(0)] = answer(command, command.encode(request), command.lun?.(request) ?? 0, options.to ?? { address: bmcAddress, channel: 0 })
      if (completionCode !== 0) throw completionError(command, completionCode)
      return command.decode(data)
    },
  }
}

/** Answers Get SDR for these records, whole or in parts. */
export function answerGetSdr(records: readonly Buffer[], data: Buffer): RawAnswer {
  const recordId = data.readUInt16LE(2)
  const index = recordId === 0 ? 0 : records.findIndex((record) => record.readUInt16LE(0) === recordId)
  const record = records[index]
  if (!record) return [0xcb]
  const next = Buffer.alloc(2)
  next.writeUInt16LE(records[index + 1]?.readUInt16LE(0) ?? 0xffff)
  const [offset, count] = [data[4]!, data[5]!]
  return [0, Buffer.concat([next, record.subarray(offset, count === 0xff ? undefined : offset + count)])]
}

/** A recorded server, answering from its files. */
export function recordedSender(server: string): Sender {
  const records = splitSdrs(readFileSync(join(serversFolder, server, 'sdr.bin')))
  const recording = JSON.parse(readFileSync(join(serversFolder, server, 'recording.json'), 'utf8')) as { sensors: RecordedSensor[] }
  const find = (mc: number, number: number, lun: number) => recording.sensors.find((each) => each.mc === mc && each.number === number && each.lun === lun)
  return senderOf((command, data, lun, { address, channel }) => {
    // As OpenIPMI's simulator does it, whose bus is the only channel.
    if (channel !== 0) return [0xcc]
    if (is(command, getSdrRepositoryInfo)) return [0, repositoryInfo(records.length)]
    if (is(command, reserveSdrRepository)) return [0, Buffer.of(1, 0)]
    if (is(command, getSdr)) return answerGetSdr(records, data)
    const sensor = find(address, data[0]!, lun)
    if (!sensor) return [0xcb]
    if (is(command, getSensorReading)) return [0, readingOf(sensor)]
    if (is(command, getSensorThresholds)) return [0, thresholdsOf(sensor)]
    return [0xc1]
  })
}

function is(command: { readonly netFn: number; readonly cmd: number }, other: { readonly netFn: number; readonly cmd: number }): boolean {
  return command.netFn === other.netFn && command.cmd === other.cmd
}

function repositoryInfo(count: number): Buffer {
  const info = Buffer.alloc(14)
  info[0] = 0x51
  info.writeUInt16LE(count, 1)
  info[13] = 0x02
  return info
}

/** `scanning` or `no-scanning` in the words of ipmi_sim's configuration. */
function readingOf(sensor: RecordedSensor): Buffer {
  const isScanning = !sensor.event_support.includes('no-scanning')
  let states = 0
  for (const [bit, value] of Object.entries(sensor.state_bits ?? {})) if (value) states |= 1 << Number(bit)
  return Buffer.of(sensor.raw, isScanning ? 0xc0 : 0x80, states & 0xff, states >> 8)
}

/** `readable 000011 0x00 …` or `none …`: access, mask and values from upper non-recoverable to lower non-critical. */
function thresholdsOf(sensor: RecordedSensor): Buffer {
  const [access, mask = '000000', ...values] = (sensor.threshold ?? 'none').split(' ')
  return Buffer.of(access === 'none' ? 0 : Number.parseInt(mask, 2), ...values.map(Number).toReversed(), ...Array<number>(6 - values.length).fill(0))
}
