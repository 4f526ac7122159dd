'use client'

import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { align, type Line } from './align.ts'

/** Which moment and values the pointer is at; null when it is nowhere. */
export type Hover = { at: number; values: (number | null)[] } | null

type PlotProps = {
  lines: readonly Line[]
  fromMs: number
  toMs: number
  height: number
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

/** A label so near to an edge would be cut by it. */
const isNearEdge = (at: number, fromMs: number, toMs: number) => Math.min(at - fromMs, toMs - at) < (toMs - fromMs) * 0.05

/** Three digits, or as many as there are: `5,185.5` would lose its first. In pixels, at 11 px a character. */
const toAxisWidth = (values: readonly string[] | null) => Math.max(38, 10 + 6.5 * Math.max(0, ...(values ?? []).map(({ length }) => length)))

function makeOptions(host: HTMLElement, { lines, fromMs, toMs, height, locale, onHover }: PlotProps): uPlot.Options {
  const [text, faint, grid] = ['text', 'faint', 'line'].map((token) => colourOf(host, token))
  const time = new Intl.DateTimeFormat(locale, toMs - fromMs > 36 * 3_600_000 ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const axis = { stroke: faint, font: `11px ${getComputedStyle(host).fontFamily}`, ticks: { show: false }, grid: { stroke: grid, width: 1 } }
  return {
    width: host.clientWidth,
    height,
    padding: [6, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 5 } },
    scales: { x: { range: [fromMs / 1000, toMs / 1000] }, y: { range: (_, min, max) => uPlot.rangeNum(min, Math.max(max, min + 1), 0.15, true) } },
    axes: [
      { ...axis, grid: { show: false }, size: 22, space: 70, values: (_, splits) => splits.map((at) => (isNearEdge(at * 1000, fromMs, toMs) ? '' : time.format(at * 1000))) },
      { ...axis, size: (_, values) => toAxisWidth(values), space: 30, gap: 4 },
    ],
    series: [
      {},
      ...lines.map((_, index): uPlot.Series => ({
        stroke: index === 0 ? text : faint,
        width: index === 0 ? 1.4 : 1,
        alpha: index === 0 ? 1 : 0.75,
        spanGaps: false,
        points: { show: false },
      })),
    ],
    hooks: {
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
  const { lines, fromMs, toMs, height, locale, onHover } = props
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const host = box.current
    if (host === null) return
    const { times, values } = align(lines)
    let plot: uPlot | null = null
    const draw = () => {
      plot?.destroy()
      plot = new uPlot(makeOptions(host, { lines, fromMs, toMs, height, locale, onHover }), [times, ...values], host)
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
  }, [lines, fromMs, toMs, height, locale, onHover])
  return <div ref={box} aria-hidden style={{ height }} />
}
