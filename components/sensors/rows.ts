import type { SensorList } from '#lib/api/contract.ts'
import { toSearch } from '#lib/api/paths.ts'
import { byWorst } from '#lib/domain/health-order.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { sensorKind, type SensorKind } from '#lib/domain/sensor.ts'
import { toSorted, toSortText, type Sorted } from '../ui/sort-head.tsx'

export type SensorRow = SensorList['sensors'][number]

export const sensorColumns = ['name', 'reading', 'state'] as const
export type SensorColumn = (typeof sensorColumns)[number]
export type SensorView = { text: string; kind: SensorKind | null } & Sorted<SensorColumn>

/** The ways by which these sensors came, by what their sources are (a Redfish path, or a record of the SDR). */
export const waysOf = (sensors: readonly { source: string }[]): string[] => [...new Set(sensors.map(({ source }) => (source.startsWith('/redfish/') ? 'Redfish' : 'IPMI')))].sort()

/** Reads the view of the sensors page from the query of its address. */
export function toSensorView(search: URLSearchParams): SensorView {
  return { text: search.get('q') ?? '', kind: sensorKind.options.find((kind) => kind === search.get('kind')) ?? null, ...toSorted(search, sensorColumns) }
}

export const toSensorQuery = (view: SensorView): string => toSearch({ q: view.text, kind: view.kind, sort: toSortText(view) })

const compare: Record<SensorColumn, (a: SensorRow, b: SensorRow) => number> = {
  name: (a, b) => byName(a.name, b.name),
  reading: (a, b) => (a.reading ?? -Infinity) - (b.reading ?? -Infinity),
  state: (a, b) => byWorst(a.health, b.health),
}

/** The sensors of a view by kind, in the order of the kinds; without an order of its own a kind keeps the BMC's. */
export function toGroups(sensors: readonly SensorRow[], { text, kind, sort, descending }: SensorView): { kind: SensorKind; rows: SensorRow[] }[] {
  const wanted = text.trim().toLowerCase()
  const kept = sensors.filter(
    (sensor) => (kind === null || sensor.kind === kind) && (wanted === '' || `${sensor.name} ${sensor.states?.join(' ') ?? ''}`.toLowerCase().includes(wanted)),
  )
  return sensorKind.options.flatMap((each) => {
    const rows = kept.filter((sensor) => sensor.kind === each)
    if (rows.length === 0) return []
    if (sort !== null) rows.sort((a, b) => (descending ? -1 : 1) * compare[sort](a, b))
    return [{ kind: each, rows }]
  })
}

/** A sensor as it may be shown now: one that was not read for three sweeps, or of a silent BMC, is unknown, whatever it was. */
export const asOfNow = (sensor: SensorRow, nowMs: number, silent: boolean): SensorRow =>
  (silent || nowMs - Date.parse(sensor.at) > staleAfterMs.sensors) && sensor.health !== 'unknown' ? { ...sensor, health: 'unknown' } : sensor

/** The most of a kind, so that the bars of its sensors share a length where they have no thresholds of their own. */
export const greatest = (rows: readonly SensorRow[]) => rows.reduce((max, { reading }) => Math.max(max, reading ?? 0), 0)

/** Is this a part of a power supply? By where the BMC keeps it, or by what it calls it. */
export const isOfSupply = ({ source, name }: Pick<SensorRow, 'source' | 'name'>) =>
  /\/Power(Supplies|Subsystem)\b/i.test(source) || /^(psu?|power ?supply|pwr ?supply)[ _#-]?\d/i.test(name)

/** The few sensors worth a place on the overview: unwell ones first, then those nearest to the top. */
export function pick(rows: readonly SensorRow[], count: number): SensorRow[] {
  const worst = [...rows].sort((a, b) => byWorst(a.health, b.health) || (b.reading ?? -Infinity) - (a.reading ?? -Infinity))
  const chosen = new Set(worst.slice(0, count))
  return rows.filter((row) => chosen.has(row))
}
