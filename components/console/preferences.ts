import { keepInBrowser } from '../ui/browser-cookie.ts'

export const fontSizes = [8, 10, 11, 12, 13, 14, 16, 18, 20, 24] as const
const usualFontSize = 14

export type ConsolePreferences = { fontSize: number; screenReader: boolean }

export const preferenceCookies = { fontSize: 'console-font', screenReader: 'console-reader' } as const

/** What this browser keeps for every console. */
export function toPreferences(fontSize: string | undefined, screenReader: string | undefined): ConsolePreferences {
  const size = fontSizes.find((one) => String(one) === fontSize)
  return { fontSize: size ?? usualFontSize, screenReader: screenReader === 'on' }
}

export const keepFontSize = (size: number) => keepInBrowser(preferenceCookies.fontSize, size === usualFontSize ? null : String(size))
export const keepScreenReader = (on: boolean) => keepInBrowser(preferenceCookies.screenReader, on ? 'on' : null)

/** The next size in a direction; the same at the end. */
export function stepFontSize(size: number, direction: 1 | -1): number {
  const at = fontSizes.findIndex((one) => one === size)
  return at < 0 ? usualFontSize : (fontSizes[Math.max(0, at + direction)] ?? size)
}
