'use client'

import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { align, findSpecks, type Line } from './align.ts'

/** Which moment and values the pointer is at; null when it is nowhere. */
export type Hover = { at: number; values: (number | null)[] } | null

type PlotProps = {
  lines: readonly Line[]
  fromMs: number
  toMs: number
  height: number
  /** The axis begins at 0, as for power: half the height is then half of it. */
  fromZero?: boolean | undefined
  /** Written along the axis, in the reader's language. */
  locale: string
  onHover: (hover: Hover) => void
}

/** A token of the page as a colour that a canvas understands: `light-dark()` is resolved by the browser, not by us. */
function colourOf(host: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--${token})`
  host.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

/** A piece of a line that is shorter than this part of the chart is drawn as a point. */
const speckShare = 100

/** A label so near to an edge would be cut by it. */
const isNearEdge = (at: number, fromMs: number, toMs: number) => Math.min(at - fromMs, toMs - at) < (toMs - fromMs) * 0.05

/** Three digits, or as many as there are: `5,185.5` would lose its first. In pixels, at 11 px a character. */
const toAxisWidth = (values: readonly string[] | null) => Math.max(38, 10 + 6.5 * Math.max(0, ...(values ?? []).map(({ length }) => length)))

/** From the least to the greatest value, with some air. */
function toRange(min: number, max: number, fromZero: boolean): uPlot.Range.MinMax {
  const [low, high] = uPlot.rangeNum(min, Math.max(max, min + 1), 0.15, true)
  return [fromZero && min >= 0 ? 0 : low, high]
}

/** Writes the labels of limits over their ends. */
function drawLabels(plot: uPlot, host: HTMLElement, lines: readonly Line[], colour: string): void {
  const { ctx, bbox } = plot
  for (const { label, points } of lines) {
    const value = points.at(-1)?.[1]
    if (label === undefined || value === undefined) continue
    ctx.save()
    ctx.font = `${11 * uPlot.pxRatio}px ${getComputedStyle(host).fontFamily}`
    ctx.fillStyle = colour
    ctx.textAlign = 'right'
    ctx.textBaseline = 'bottom'
    ctx.fillText(label, bbox.left + bbox.width, plot.valToPos(value, 'y', true) - 3 * uPlot.pxRatio)
    ctx.restore()
  }
}

function makeOptions(host: HTMLElement, { lines, fromMs, toMs, height, fromZero = false, locale, onHover }: PlotProps): uPlot.Options {
  const text = colourOf(host, 'text')
  const faint = colourOf(host, 'faint')
  const grid = colourOf(host, 'line')
  const time = new Intl.DateTimeFormat(locale, toMs - fromMs > 36 * 3_600_000 ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const axis = { stroke: faint, font: `11px ${getComputedStyle(host).fontFamily}`, ticks: { show: false }, grid: { stroke: grid, width: 1 } }
  return {
    width: host.clientWidth,
    height,
    padding: [6, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 } },
    scales: { x: { range: [fromMs / 1000, toMs / 1000] }, y: { range: (_, min, max) => toRange(min, max, fromZero) } },
    axes: [
      { ...axis, grid: { show: false }, size: 22, space: 70, values: (_, splits) => splits.map((at) => (isNearEdge(at * 1000, fromMs, toMs) ? '' : time.format(at * 1000))) },
      { ...axis, size: (_, values) => toAxisWidth(values), space: 30, gap: 4 },
    ],
    series: [
      {},
      ...lines.map(({ label }, index): uPlot.Series => {
        const stroke = index === 0 ? text : faint
        return {
          stroke,
          width: index === 0 ? 1.4 : 1,
          alpha: index === 0 ? 1 : 0.75,
          spanGaps: false,
          ...(label !== undefined && { dash: [5, 4] }),
          points: { show: false, size: 5, fill: stroke, filter: (plot, series) => findSpecks(Array.from(plot.data[0]), Array.from(plot.data[series] ?? []), (toMs - fromMs) / 1000 / speckShare) },
        }
      }),
    ],
    hooks: {
      draw: [(plot) => drawLabels(plot, host, lines, faint)],
      setCursor: [
        (plot) => {
          const { idx } = plot.cursor
          if (idx == null) return onHover(null)
          const at = plot.data[0][idx]
          if (at !== undefined) onHover({ at: at * 1000, values: plot.data.slice(1).map((values) => values[idx] ?? null) })
        },
      ],
    },
  }
}

/** The canvas. Loaded when a page first draws a history; the words around it tell the same to those who cannot see it. */
export default function Plot(props: PlotProps) {
  const { lines, fromMs, toMs, height, fromZero, locale, onHover } = props
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const host = box.current
    if (host === null) return
    const { times, values } = align(lines)
    let plot: uPlot | null = null
    const draw = () => {
      plot?.destroy()
      plot = new uPlot(makeOptions(host, { lines, fromMs, toMs, height, fromZero, locale, onHover }), [times, ...values], host)
    }
    draw()
    const resize = new ResizeObserver(() => plot?.setSize({ width: host.clientWidth, height }))
    resize.observe(host)
    const theme = new MutationObserver(draw)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', draw)
    return () => {
      resize.disconnect()
      theme.disconnect()
      system.removeEventListener('change', draw)
      plot?.destroy()
    }
  }, [lines, fromMs, toMs, height, fromZero, locale, onHover])
  return <div ref={box} aria-hidden style={{ height }} />
}
