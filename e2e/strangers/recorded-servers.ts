import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeSdrs } from '#lib/ipmi/sdr/record.ts'
import { readSdrRepository, type Sender } from '#lib/ipmi/sdr/repository.ts'
import { readSensors, type SensorValue } from '#lib/ipmi/sensor/read.ts'
import { serversFolder } from '#lib/ipmi/testing/recordings.ts'
import { excuses, otherNames } from './recorded-differences.ts'

/** What a tool prints of one sensor, in one line's cells by name, so that a difference can be told by its cell. */
export type SensorRow = Readonly<Partial<Record<string, string>>>

/** One cell that differs, of the record or the FRU with that id; names occur several times. */
export type Difference = { readonly tool: string; readonly id: number; readonly name: string; readonly cell: string; readonly theirs: string; readonly ours: string }

const thresholds = ['lowerNonRecoverable', 'lowerCritical', 'lowerNonCritical', 'upperNonCritical', 'upperCritical', 'upperNonRecoverable'] as const

/** The sensors as the tools list them: a record that several sensors share is one line, which they fill from its first sensor. */
export async function readRecordedSensors(sender: Sender): Promise<readonly SensorValue[]> {
  const { raw, problem } = await readSdrRepository(sender)
  const { records, problems } = decodeSdrs(raw)
  if (problem || problems.length > 0) throw new Error(`SDRs that cannot be read: ${[problem, ...problems].join('; ')}`)
  const values = await readSensors(sender, records)
  return values.filter(({ recordId }, at) => values[at - 1]?.recordId !== recordId)
}

export type Tool = { readonly name: string; readonly file: string; readonly parse: (text: string) => readonly SensorRow[]; readonly ours: (sensor: SensorValue) => SensorRow | undefined }

/** The lines of `ipmitool sensor list`. Of a discrete sensor's two columns the second is compared: the first is the reading byte, which means nothing. */
const sensorList: Tool = {
  name: 'ipmitool sensor list',
  file: 'ipmitool-sensor-list.txt',
  parse: (text) =>
    text
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter((cells) => cells.length === 10)
      .map(([name, value, unit, state, ...limits]) => ({
        name: name!,
        value: unit === 'discrete' ? '' : value!,
        unit: unit!,
        state: state!,
        ...Object.fromEntries(thresholds.map((each, at) => [each, limits[at]!])),
      })),
  ours: (sensor) => ({
    name: sensor.name,
    value: sensor.kind === 'discrete' ? '' : decimal(sensor.value),
    unit: sensor.kind === 'discrete' ? 'discrete' : sensor.available ? sensor.unit! : '',
    state: !sensor.available ? 'na' : sensor.kind === 'discrete' ? stateBytes(sensor) : thresholdWords[sensor.thresholdState!],
    ...Object.fromEntries(thresholds.map((each) => [each, decimal(sensor.thresholds[each])])),
  }),
}

const decimal = (value: number | undefined) => value?.toFixed(3) ?? 'na'
const thresholdWords = { ok: 'ok', 'non-critical': 'nc', critical: 'cr', 'non-recoverable': 'nr' } as const

function stateBytes({ states }: SensorValue): string {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(states.reduce((sum, { bit }) => sum | (1 << bit), 0))
  return `0x${bytes.toString('hex')}`
}

/** `ipmitool -c sdr elist all`: adds a sensor's number, its entity and the words of its states. Other records are left out. */
const elist: Tool = {
  name: 'ipmitool sdr elist',
  file: 'ipmitool-sdr-elist-all.csv',
  parse: (text) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      // Four cells are of a locator when the second is its number, and of an analogue sensor when it is a value.
      .filter((cells) => cells[4] !== 'Event-Only' && (cells.length > 4 || !isNumber(cells[1]!)))
      .map(([name, second, third, fourth, ...words]) =>
        isNumber(second!)
          ? { name: name!.trimEnd(), number: second!, status: third!, entity: fourth!, states: words.join(',') }
          : { name: name!.trimEnd(), status: fourth!.replace(/^[lu](?=nc|cr|nr)/, '') },
      ),
  ours(sensor) {
    const name = sensor.name
    if (sensor.kind === 'analog') return { name, status: sensor.available ? thresholdWords[sensor.thresholdState!] : 'ns' }
    return {
      name,
      number: `${sensor.number.toString(16).toUpperCase().padStart(2, '0')}h`,
      status: sensor.available ? 'ok' : 'ns',
      entity: `${sensor.entity.id}.${sensor.entity.instance}`,
      states: sensor.available ? sensor.states.map(({ text }) => text).filter(isKnown).join(', ') : 'No Reading',
    }
  },
}

const isNumber = (cell: string) => /^[0-9A-F]{2}h$/.test(cell)
/** A state that no table has is told here by its number, and not at all by ipmitool. */
const isKnown = (state: string) => !/^State \d+$/.test(state)

/** `ipmitool -v sdr list full`: of the full records what the others leave out. */
const verbose: Tool = {
  name: 'ipmitool -v sdr list full',
  file: 'ipmitool-sdr-full-verbose.txt',
  parse: (text) =>
    text
      .trim()
      .split(/\n\n+/)
      .map((block) => new Map(block.split('\n').map((line) => line.split(/\s+:\s?/, 2) as [string, string]).map(([key, value]) => [key.trim(), value.trim()])))
      .map((lines) => ({
        name: lines.get('Sensor ID')!,
        entity: lines.get('Entity ID')!.split(' ')[0]!,
        reading: lines.get('Sensor Reading')!.replace('Disabled', 'No Reading'),
        nominal: lines.get('Nominal Reading') ?? none,
        minimum: lines.get('Normal Minimum') ?? none,
        maximum: lines.get('Normal Maximum') ?? none,
        positiveHysteresis: lines.get('Positive Hysteresis')!,
        negativeHysteresis: lines.get('Negative Hysteresis')!,
      })),
  ours(sensor) {
    if (sensor.kind === 'discrete') return undefined
    const tell = (value: number | undefined) => value?.toFixed(3) ?? none
    return {
      name: `${sensor.name} (0x${sensor.number.toString(16)})`,
      entity: `${sensor.entity.id}.${sensor.entity.instance}`,
      reading: sensor.value === undefined ? 'No Reading' : `${rounded(sensor.value)} (+/- ${rounded(sensor.tolerance!)}) ${sensor.unit}`,
      nominal: tell(sensor.normal?.nominal),
      minimum: tell(sensor.normal?.minimum),
      maximum: tell(sensor.normal?.maximum),
      positiveHysteresis: tell(sensor.hysteresis?.positive),
      negativeHysteresis: tell(sensor.hysteresis?.negative),
    }
  },
}

const none = 'Unspecified'
const rounded = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(3))

/** `ipmi-sensors --comma-separated-output` with thresholds: adds what a state means. */
const freeIpmi: Tool = {
  name: 'ipmi-sensors',
  file: 'freeipmi-sensors.csv',
  parse: (text) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .map(([record, name, type, state, value, unit, ...rest]) => ({
        record: record!,
        name: name!.trimEnd(),
        type: translate(otherNames.type, type!),
        state: state!,
        value: value!,
        unit: unit!,
        ...Object.fromEntries(thresholds.map((each, at) => [each, rest[at]!])),
        events: wordsOf(rest.slice(thresholds.length).join(',')),
      })),
  ours: (sensor) => ({
    record: String(sensor.recordId),
    name: sensor.name,
    type: sensor.sensorType,
    state: sensor.available ? stateOf(sensor) : 'N/A',
    value: sensor.value?.toFixed(2) ?? 'N/A',
    unit: sensor.unit === undefined ? 'N/A' : (freeIpmiUnits[sensor.unit] ?? sensor.unit),
    ...Object.fromEntries(thresholds.map((each) => [each, sensor.thresholds[each]?.toFixed(2) ?? 'N/A'])),
    events: sensor.available ? sensor.states.map(({ text }) => text).join(', ').toLowerCase() || 'ok' : 'n/a',
  }),
}

const freeIpmiUnits: Readonly<Record<string, string>> = { 'degrees C': 'C', Volts: 'V', Amps: 'A', Watts: 'W', percent: '%' }

function stateOf({ states, thresholdState }: SensorValue): string {
  if (thresholdState === 'critical' || thresholdState === 'non-recoverable' || states.some(({ severity }) => severity === 'critical')) return 'Critical'
  return thresholdState === 'non-critical' || states.some(({ severity }) => severity === 'warning') ? 'Warning' : 'Nominal'
}

/** The states in quotes, each in our words, and those without a name by their numbers. */
function wordsOf(events: string): string {
  const words = [...events.matchAll(/'([^']*)'/g)].flatMap(([, word = '']) => {
    const mask = /^(?:OEM|Unrecognized) Event = ([0-9A-F]{4})h$/.exec(word)?.[1]
    return mask === undefined ? [translate(otherNames.events, word)] : statesOf(Number.parseInt(mask, 16))
  })
  return (words.join(', ') || events.replace(/^'OEM Event = 0000h'$/, 'ok')).toLowerCase()
}

const statesOf = (mask: number) => Array.from({ length: 15 }, (_, bit) => bit).filter((bit) => mask & (1 << bit)).map((bit) => `State ${bit}`)
const translate = (names: Readonly<Record<string, string>>, word: string) => names[word] ?? word

export const tools: readonly Tool[] = [sensorList, elist, verbose, freeIpmi]

export function compareSensors(tool: Tool, server: string, sensors: readonly SensorValue[]): readonly Difference[] {
  const theirs = tool.parse(readFileSync(join(serversFolder, server, tool.file), 'utf8'))
  const ours = sensors.map((sensor) => ({ sensor, row: tool.ours(sensor) })).filter(({ row }) => row !== undefined)
  const counts = { tool: tool.name, id: -1, name: '', cell: 'count', theirs: String(theirs.length), ours: String(ours.length) }
  const cells = ours.flatMap(({ sensor, row }, at) =>
    Object.keys({ ...theirs[at], ...row }).map((cell) => ({ tool: tool.name, id: sensor.recordId, name: sensor.name, cell, theirs: theirs[at]?.[cell] ?? '', ours: row?.[cell] ?? '' })),
  )
  return [counts, ...cells].filter((difference) => difference.theirs !== difference.ours)
}

/** The differences that nothing excuses, and the excuses that no difference needs. Of the tools that were compared. */
export function judge(server: string, compared: readonly { readonly name: string }[], differences: readonly Difference[]) {
  const names = new Set(compared.map(({ name }) => name))
  const mayApply = excuses.flatMap((excuse) => excuse.tools.filter((tool) => names.has(tool)).flatMap((tool) => (excuse.where[server] ?? []).map((id) => ({ tool, id, cells: excuse.cells, why: excuse.why }))))
  const isFor = (excuse: (typeof mayApply)[number], difference: Difference) => excuse.tool === difference.tool && excuse.id === difference.id && excuse.cells.includes(difference.cell)
  return {
    unexcused: differences.filter((difference) => !mayApply.some((excuse) => isFor(excuse, difference))),
    needless: mayApply.filter((excuse) => !differences.some((difference) => isFor(excuse, difference))),
  }
}
