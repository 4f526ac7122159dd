import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFru, type Fru } from '#lib/ipmi/fru/decode.ts'
import type { FruDirectCurrent, FruPowerSupply } from '#lib/ipmi/fru/multi-record.ts'
import { serversFolder } from '#lib/ipmi/testing/recordings.ts'
import type { Difference } from './recorded-servers.ts'

/** What is read of one FRU of a server. */
export type RecordedFru = { readonly id: number; readonly fru: Fru }

/** The inventory areas as they were recorded. */
export function recordedFrus(server: string): readonly RecordedFru[] {
  const { frus } = JSON.parse(readFileSync(join(serversFolder, server, 'recording.json'), 'utf8')) as { frus: { mc: number; fru_id: number; data_hex: string }[] }
  return frus.filter(({ mc }) => mc === 0x20).map((each) => ({ id: each.fru_id, fru: decodeFru(Buffer.from(each.data_hex, 'hex')) }))
}

/** A text of lines "label: value"; a label may come several times. */
type Lines = readonly string[]

export type FruTool = {
  readonly name: string
  readonly file: string
  /** Lines by the FRU's id. */
  readonly parse: (text: string) => ReadonlyMap<number, Lines>
  readonly ours: (fru: Fru) => Lines
}

const line = (label: string, value: string | undefined): Lines => (value === undefined ? [] : [`${label}: ${value}`])
const extras = (label: string, extra: readonly string[] | undefined): Lines => (extra ?? []).map((value) => `${label}: ${value}`)

/** Of the chassis types of the System Management BIOS specification (table 17) those that occur. */
const chassisTypes: Readonly<Record<number, string>> = { 17: 'Main Server Chassis', 23: 'Rack Mount Chassis' }

const ipmitool: FruTool = {
  name: 'ipmitool fru print',
  file: 'ipmitool-fru-print.txt',
  parse: (text) => blocksOf(text, /^FRU Device Description : .*\(ID (\d+)\)$/, 10),
  ours: ({ chassis, board, product }) => [
    ...(chassis ? [...line('Chassis Type', chassisTypes[chassis.type]), ...line('Chassis Part Number', chassis.partNumber), ...line('Chassis Serial', chassis.serialNumber)] : []),
    ...extras('Chassis Extra', chassis?.extra),
    ...(board
      ? [
          ...line('Board Mfg Date', board.manufacturedAt && toCalendar(board.manufacturedAt)),
          ...line('Board Mfg', board.manufacturer),
          ...line('Board Product', board.productName),
          ...line('Board Serial', board.serialNumber),
          ...line('Board Part Number', board.partNumber),
          ...extras('Board Extra', board.extra),
        ]
      : []),
    ...(product
      ? [
          ...line('Product Manufacturer', product.manufacturer),
          ...line('Product Name', product.productName),
          ...line('Product Part Number', product.partNumber),
          ...line('Product Version', product.version),
          ...line('Product Serial', product.serialNumber),
          ...line('Product Asset Tag', product.assetTag),
          ...extras('Product Extra', product.extra),
        ]
      : []),
  ],
}

/** `Tue Apr 29 23:08:00 2014 UTC`, a day of one digit behind two spaces. */
function toCalendar(date: Date): string {
  const [weekday = '', day = '', month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year} UTC`
}

/** FreeIPMI's are compared for what ipmitool leaves out: the multi-records, and what it says is wrong. */
const freeIpmi: FruTool = {
  name: 'ipmi-fru',
  file: 'freeipmi-fru.txt',
  parse(text) {
    const blocks = blocksOf(text, /^FRU Inventory Device: .*\(ID ([0-9A-F]{2})h\)$/, 16)
    return new Map([...blocks].map(([id, lines]) => [id, lines.map((each) => (each.startsWith('FRU Error') ? error : each.replace(/^FRU /, ''))).filter((each) => /^(?:Power Supply|DC Output|Error)/.test(each))]))
  },
  ours: ({ multiRecords = [], multiRecordProblems = [], problems }) => [
    ...multiRecords.flatMap((record) => (record.kind === 'power-supply' ? supplyLines(record) : record.kind === 'dc-output' ? outputLines(record) : [])),
    ...(problems.length + multiRecordProblems.length > 0 ? [error] : []),
  ],
}

/** Whatever is wrong, in our words and in theirs: they stop at the first. */
const error = 'Error'

const yes = (is: boolean) => (is ? 'Yes' : 'No')

function supplyLines(supply: FruPowerSupply): Lines {
  const ranges = supply.inputMillivolts.flatMap(([low, high], at) => [...line(`Low End Input Voltage ${at + 1}`, `${low} mV`), ...line(`High End Input Voltage ${at + 1}`, `${high} mV`)])
  return [
    ...line('Overall Capacity', `${supply.capacityWatts} Watts`),
    ...line('Peak VA', `${supply.peakVa} VA`),
    ...line('Max Inrush Current', `${supply.inrushAmps} Amps`),
    ...line('Inrush Interval', `${supply.inrushMs} ms`),
    ...ranges,
    ...line('Low End Acceptable Frequency', `${supply.inputHertz[0]} Hz`),
    ...line('High End Acceptable Frequency', `${supply.inputHertz[1]} Hz`),
    ...line('A/C Dropout Tolerance', `${supply.dropoutMs} ms`),
    ...line('Predictive Fail Support', yes(supply.hasPredictiveFail)),
    ...line('Power Factor Correction Supported', yes(supply.hasPowerFactorCorrection)),
    ...line('AutoSwitch Supprt', yes(supply.hasAutoswitch)),
    ...line('Hot Swap Support', yes(supply.hasHotSwap)),
    ...line('Peak Capacity', `${supply.peak?.watts} Watts`),
    ...line('Hold Up Time', `${supply.peak?.seconds} s`),
    ...line('Voltage 1', supply.combined.voltages[0]),
    ...line('Voltage 2', supply.combined.voltages[1]),
    ...line('Total Combined Wattage', `${supply.combined.watts} Watts`),
  ].map((each) => `Power Supply ${each}`)
}

function outputLines(output: FruDirectCurrent): Lines {
  return [
    ...line('Output Number', String(output.output)),
    ...line('Output on Standy', yes(output.isStandby === true)),
    ...line('Nominal Voltage', `${output.nominalMillivolts} mV`),
    ...line('Maximum Negative Voltage Deviation', `${output.lowestMillivolts} mV`),
    ...line('Maximum Positive Voltage Deviation', `${output.highestMillivolts} mV`),
    ...line('Ripple and Noise pk-pk', `${output.rippleMillivolts} mV`),
    ...line('Minimum Current Draw', `${output.leastMilliamps} mA`),
    ...line('Maximum Current Draw', `${output.greatestMilliamps} mA`),
  ].map((each) => `DC Output ${each}`)
}

/** A title begins each block; other lines are "label : value", with room on both sides that means nothing. */
function blocksOf(text: string, title: RegExp, radix: number): ReadonlyMap<number, Lines> {
  const blocks = new Map<number, string[]>()
  let block: string[] = []
  for (const each of text.split('\n')) {
    const id = title.exec(each)?.[1]
    if (id !== undefined) blocks.set(Number.parseInt(id, radix), (block = []))
    // A field of spaces alone is none here.
    else if (/\S\s*: +\S/.test(each)) block.push(each.trim().replace(/\s*: +/, ': '))
  }
  return blocks
}

export const fruTools: readonly FruTool[] = [ipmitool, freeIpmi]

/** The lines that only one of both has. */
export function compareFrus(tool: FruTool, server: string, frus: readonly RecordedFru[]): readonly Difference[] {
  const theirs = tool.parse(readFileSync(join(serversFolder, server, tool.file), 'utf8'))
  return [...theirs].flatMap(([id, lines]) => {
    const ours = frus.find((each) => each.id === id)
    const text = ours === undefined ? [] : tool.ours(ours.fru).map((each) => each.trimEnd())
    return text.join('\n') === lines.join('\n') ? [] : [{ tool: tool.name, id, name: 'FRU', cell: 'text', theirs: lines.join('\n'), ours: text.join('\n') }]
  })
}
