import type { ITheme } from '@xterm/xterm'

/** `rgb(…)` or `color(srgb …)`, as a browser computes it, as #rrggbb; the tokens are light-dark() and mean nothing to xterm. */
export function toHex(computed: string): string {
  const parts = (/\(([^)]*)\)/.exec(computed)?.[1] ?? '').split(/[\s,/]+/).filter((part) => part !== '')
  const isUnit = parts[0] === 'srgb'
  const figures = (isUnit ? parts.slice(1) : parts).slice(0, 3).map((part) => Math.round(Number(part) * (isUnit ? 255 : 1)))
  if (figures.length < 3 || figures.some((figure) => !Number.isFinite(figure))) return '#808080'
  return `#${figures.map((figure) => Math.min(255, Math.max(0, figure)).toString(16).padStart(2, '0')).join('')}`
}

/** The terminal's colours from the page's tokens, as they are now (light or dark). Call it again when the scheme changes. */
export function readTheme(host: HTMLElement): ITheme {
  const probe = document.createElement('span')
  host.append(probe)
  const read = (token: string) => {
    probe.style.color = `var(--${token})`
    return toHex(getComputedStyle(probe).color)
  }
  const [background, text, muted, faint, line] = [read('background'), read('text'), read('muted'), read('faint'), read('line-strong')]
  const [red, green, yellow, blue] = [read('critical'), read('ok'), read('warning'), read('info')]
  const isDark = luminance(background) < 0.5
  probe.remove()
  return {
    background,
    foreground: text,
    cursor: text,
    cursorAccent: background,
    selectionBackground: `${blue}4d`,
    overviewRulerBorder: background,
    scrollbarSliderBackground: `${faint}55`,
    scrollbarSliderHoverBackground: `${faint}88`,
    scrollbarSliderActiveBackground: `${faint}aa`,
    black: isDark ? line : text,
    red,
    green,
    yellow,
    blue,
    magenta: isDark ? '#c792ea' : '#8250df',
    cyan: isDark ? '#56c8d8' : '#0e7490',
    white: isDark ? '#cfd5da' : muted,
    brightBlack: faint,
    brightRed: red,
    brightGreen: green,
    brightYellow: yellow,
    brightBlue: blue,
    brightMagenta: isDark ? '#d9aef5' : '#6d3fc4',
    brightCyan: isDark ? '#7fdbe8' : '#0b5c72',
    brightWhite: isDark ? '#ffffff' : text,
  }
}

function luminance(hex: string): number {
  const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}
