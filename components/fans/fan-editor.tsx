'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { CurvePoint } from '#lib/domain/fan-curve.ts'
import type { FanControl, FanZone } from '#lib/domain/fan.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { CurveDrawing } from './curve-drawing.tsx'
import type { FanDraft, FanProblem, PointDraft } from './fan-form.ts'
import type { Temperature } from './use-fans.ts'
import { useZoneWords } from './use-zone-words.ts'

type EditorProps = {
  control: FanControl
  draft: FanDraft
  problems: readonly FanProblem[]
  temperatures: readonly Temperature[]
  onChange: (change: Partial<FanDraft>) => void
}

/** A duty or a curve for each zone, the temperatures that it hangs on, and when it is let go of. */
export function FanEditor(props: EditorProps) {
  const t = useTranslations('fans')
  const { control, draft, onChange } = props
  const zones = draft.isLinked ? control.zones.slice(0, 1) : control.zones
  return (
    <div className="flex flex-col gap-5">
      {control.zones.length > 1 && (
        <Checkbox checked={draft.isLinked} onChange={(event) => onChange({ isLinked: event.target.checked })}>
          {t('linked', { count: control.zones.length })}
        </Checkbox>
      )}
      {zones.map((zone) => (draft.kind === 'fixed' ? <DutyField key={zone.id} zone={zone} {...props} /> : <CurveField key={zone.id} zone={zone} {...props} />))}
      <HandleFields {...props} />
    </div>
  )
}

const useProblem = (problems: readonly FanProblem[], control: FanControl) => {
  const t = useTranslations('fans.problem')
  return (fits: (problem: FanProblem) => boolean): string | null => {
    const found = problems.find(fits)
    return found === undefined ? null : t(found.code, { floor: control.floorPercent })
  }
}

/** The zone's name, or that it stands for all of them. */
function useZoneName(zone: FanZone, control: FanControl, isLinked: boolean): string {
  const t = useTranslations('fans')
  const nameOf = useZoneWords()
  return isLinked && control.zones.length > 1 ? t('allZones') : nameOf(zone, control)
}

function DutyField({ zone, control, draft, problems, onChange }: EditorProps & { zone: FanZone }) {
  const t = useTranslations('fans')
  const problem = useProblem(problems, control)
  const text = draft.duties[zone.id] ?? ''
  const name = useZoneName(zone, control, draft.isLinked)
  const set = (percent: string) => onChange({ duties: { ...draft.duties, [zone.id]: percent } })
  return (
    <div className="flex items-start gap-4">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <span className="text-label text-muted">{t('dutyOf', { zone: name })}</span>
        <input
          type="range"
          aria-label={t('dutyOf', { zone: name })}
          min={control.floorPercent}
          max={100}
          value={Number(text) || control.floorPercent}
          onChange={(event) => set(event.target.value)}
          className="h-8 w-full accent-info max-sm:min-h-11"
        />
        <span className="flex justify-between text-label text-faint">
          <span>{t('floor', { percent: control.floorPercent })}</span>
          <span>100 %</span>
        </span>
      </div>
      <TextField
        label={t('percent')}
        inputMode="numeric"
        value={text}
        onChange={(event) => set(event.target.value)}
        error={problem(({ zone: at, code }) => at === zone.id && (code === 'duty' || code === 'floor'))}
        className="w-28"
      />
    </div>
  )
}

const toNumbers = (rows: readonly PointDraft[]): CurvePoint[] =>
  rows.flatMap(({ celsius, percent }) => (/^\d{1,3}$/.test(celsius) && /^\d{1,3}$/.test(percent) ? [{ celsius: Number(celsius), percent: Math.min(100, Number(percent)) }] : []))

function CurveField({ zone, control, draft, problems, temperatures, onChange }: EditorProps & { zone: FanZone }) {
  const t = useTranslations('fans')
  const problem = useProblem(problems, control)
  const rows = draft.curves[zone.id] ?? []
  const name = useZoneName(zone, control, draft.isLinked)
  const set = (next: PointDraft[]) => onChange({ curves: { ...draft.curves, [zone.id]: next } })
  const change = (row: number, part: Partial<PointDraft>) => set(rows.map((point, at) => (at === row ? { ...point, ...part } : point)))
  const numbers = toNumbers(rows)
  const isWhole = numbers.length === rows.length
  const chosen = temperatures.filter(({ key, reading }) => draft.sensors.includes(key) && reading !== null)
  const add = () => {
    const last = numbers.at(-1)
    set([...rows, { celsius: String(Math.min(110, (last?.celsius ?? 40) + 5)), percent: String(last?.percent ?? 100) }])
  }
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-label text-muted">{t('curveOf', { zone: name })}</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-4">
        <div className="min-w-56 flex-1 basis-72">
          <CurveDrawing
            points={numbers}
            floorPercent={control.floorPercent}
            limitC={/^\d{1,3}$/.test(draft.limit) ? Number(draft.limit) : null}
            celsius={chosen.length === 0 ? null : Math.max(...chosen.map(({ reading }) => reading ?? 0))}
            label={t('drawing', { zone: name, points: numbers.map(({ celsius, percent }) => `${celsius} °C ${percent} %`).join(', ') })}
            onMove={isWhole ? (row, point) => change(row, { celsius: String(point.celsius), percent: String(point.percent) }) : undefined}
          />
        </div>
        <div className="min-w-60 basis-64">
          <table className="w-full">
            <caption className="sr-only">{t('curveOf', { zone: name })}</caption>
            <thead>
              <tr className="text-left text-label text-muted">
                <th scope="col" className="pb-1 font-normal">
                  {t('from')}
                </th>
                <th scope="col" className="pb-1 pl-2 font-normal">
                  {t('duty')}
                </th>
                <th scope="col">
                  <span className="sr-only">{t('remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((point, row) => (
                // oxlint-disable-next-line react/no-array-index-key -- a point has no identity but its place
                <tr key={row} className="align-top">
                  <td className="pb-1.5">
                    <TextField
                      label={t('pointCelsius', { n: row + 1 })}
                      labelHidden
                      inputMode="numeric"
                      value={point.celsius}
                      onChange={(event) => change(row, { celsius: event.target.value })}
                      error={problem((one) => one.zone === zone.id && one.row === row && (one.code === 'celsius' || one.code === 'order'))}
                    />
                  </td>
                  <td className="pb-1.5 pl-2">
                    <TextField
                      label={t('pointPercent', { n: row + 1 })}
                      labelHidden
                      inputMode="numeric"
                      value={point.percent}
                      onChange={(event) => change(row, { percent: event.target.value })}
                      error={problem((one) => one.zone === zone.id && one.row === row && (one.code === 'duty' || one.code === 'floor' || one.code === 'slower'))}
                    />
                  </td>
                  <td className="pl-1">
                    <IconButton label={t('removePoint', { n: row + 1 })} disabled={rows.length <= 2} onClick={() => set(rows.filter((_, at) => at !== row))}>
                      <X size={14} aria-hidden />
                    </IconButton>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Button size="sm" disabled={rows.length >= 12} onClick={add}>
            <Plus size={14} aria-hidden />
            {t('addPoint')}
          </Button>
        </div>
      </div>
    </fieldset>
  )
}

function HandleFields({ control, draft, problems, temperatures, onChange }: EditorProps) {
  const t = useTranslations('fans')
  const problem = useProblem(problems, control)
  const wrong = problem(({ code }) => code === 'sensors')
  const toggle = (key: string, isOn: boolean) => onChange({ sensors: isOn ? [...draft.sensors, key] : draft.sensors.filter((one) => one !== key) })
  const gone = draft.sensors.filter((key) => !temperatures.some((one) => one.key === key))
  return (
    <>
      <fieldset className="min-w-0">
        <legend className="mb-2 text-label text-muted">{t('sensors')}</legend>
        <ul className="grid max-h-52 grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-5 overflow-y-auto">
          {temperatures.map(({ key, name, reading }) => (
            <li key={key} className="flex items-center gap-2 py-0.5">
              <Checkbox checked={draft.sensors.includes(key)} onChange={(event) => toggle(key, event.target.checked)} className="min-w-0 flex-1">
                <span className="min-w-0 truncate">{name}</span>
              </Checkbox>
              <span className={reading === null ? 'text-faint' : 'text-muted'}>{reading === null ? t('noReading') : `${Math.round(reading)} °C`}</span>
            </li>
          ))}
          {gone.map((key) => (
            <li key={key} className="py-0.5">
              <Checkbox checked onChange={() => toggle(key, false)}>
                <span className="text-warning">{t('sensorGone', { key })}</span>
              </Checkbox>
            </li>
          ))}
        </ul>
        <p className={wrong === null ? 'mt-1.5 text-label text-faint' : 'mt-1.5 text-label text-critical'} role={wrong === null ? undefined : 'alert'}>
          {wrong ?? t('sensorsHint')}
        </p>
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField label={t('limit')} inputMode="numeric" value={draft.limit} onChange={(event) => onChange({ limit: event.target.value })} error={problem(({ code }) => code === 'limit')} />
        {draft.kind === 'curve' && (
          <TextField
            label={t('hysteresis')}
            inputMode="numeric"
            value={draft.hysteresis}
            onChange={(event) => onChange({ hysteresis: event.target.value })}
            error={problem(({ code }) => code === 'hysteresis')}
          />
        )}
        <Select
          label={t('letGo')}
          value={draft.letGo}
          onChange={(letGo) => onChange({ letGo })}
          choices={[...(control.automatic === null ? [] : [{ value: 'automatic' as const, label: t('letGoTo.automatic') }]), { value: 'full' as const, label: t('letGoTo.full') }]}
        />
      </div>
    </>
  )
}
