'use client'

import type { PointerEvent } from 'react'
import { toPercent, type CurvePoint } from '#lib/domain/fan-curve.ts'

const width = 420
const height = 200
const left = 34
const bottom = 22
const right = 10
const top = 8
const hottest = 110

const toX = (celsius: number) => left + (celsius / hottest) * (width - left - right)
const toY = (percent: number) => height - bottom - (percent / 100) * (height - bottom - top)
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))

type CurveDrawingProps = {
  points: readonly CurvePoint[]
  floorPercent: number
  limitC: number | null
  /** The hottest of the chosen temperatures now. */
  celsius: number | null
  label: string
  /** A corner was drawn elsewhere; absent where nothing may be changed. */
  onMove?: (index: number, point: CurvePoint) => void
}

/** The curve as a picture; the table beside it says and takes the same, so this one is for eyes and a pointer alone. */
export function CurveDrawing({ points, floorPercent, limitC, celsius, label, onMove }: CurveDrawingProps) {
  const first = points[0]
  const last = points.at(-1)
  const corners = points.map((point) => `${toX(point.celsius)},${toY(point.percent)}`)
  const line = first === undefined || last === undefined ? '' : [`${toX(0)},${toY(first.percent)}`, ...corners, `${toX(hottest)},${toY(last.percent)}`].join(' ')
  const drag = (index: number) => (event: PointerEvent<SVGCircleElement>) => {
    if (onMove === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const box = event.currentTarget.ownerSVGElement!.getBoundingClientRect()
    const x = ((event.clientX - box.left) / box.width) * width
    const y = ((event.clientY - box.top) / box.height) * height
    onMove(index, {
      celsius: clamp(Math.round(((x - left) / (width - left - right)) * hottest), (points[index - 1]?.celsius ?? -1) + 1, (points[index + 1]?.celsius ?? hottest + 1) - 1),
      percent: clamp(Math.round(((height - bottom - y) / (height - bottom - top)) * 100), Math.max(floorPercent, points[index - 1]?.percent ?? 0), points[index + 1]?.percent ?? 100),
    })
  }
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} className="w-full max-w-xl touch-none select-none">
      {[0, 25, 50, 75, 100].map((percent) => (
        <g key={percent}>
          <line x1={left} x2={width - right} y1={toY(percent)} y2={toY(percent)} className="stroke-line" />
          <text x={left - 6} y={toY(percent) + 3.5} textAnchor="end" className="fill-faint text-[10px]">
            {percent} %
          </text>
        </g>
      ))}
      {[20, 40, 60, 80, 100].map((degrees) => (
        <text key={degrees} x={toX(degrees)} y={height - 6} textAnchor="middle" className="fill-faint text-[10px]">
          {degrees} °C
        </text>
      ))}
      <rect x={left} width={width - left - right} y={toY(floorPercent)} height={toY(0) - toY(floorPercent)} className="fill-track opacity-60" />
      {limitC !== null && <line x1={toX(limitC)} x2={toX(limitC)} y1={top} y2={toY(0)} strokeDasharray="4 3" className="stroke-critical" />}
      <polyline points={line} className="fill-none stroke-text" strokeWidth={1.6} />
      {points.map((point, index) => (
        <circle
          // oxlint-disable-next-line react/no-array-index-key -- a corner that is drawn elsewhere must stay the one that is held
          key={index}
          cx={toX(point.celsius)}
          cy={toY(point.percent)}
          r={onMove === undefined ? 3 : 6}
          className={onMove === undefined ? 'fill-text' : 'cursor-grab fill-surface stroke-text'}
          strokeWidth={1.6}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={drag(index)}
        />
      ))}
      {celsius !== null && points.length > 1 && <circle cx={toX(clamp(celsius, 0, hottest))} cy={toY(toPercent(points, celsius))} r={4.5} className="pointer-events-none fill-info" />}
    </svg>
  )
}
