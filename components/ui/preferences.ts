import { keepInBrowser } from './browser-cookie.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The theme that a cookie's value stands for. */
export const toTheme = (value: string | undefined): Theme => (value === 'light' || value === 'dark' ? value : 'system')

/** The theme this browser keeps. */
export function readTheme(): Theme {
  return toTheme(document.documentElement.dataset['theme'])
}

/** Changes the theme at once and for a year; `system` forgets the choice. */
export function saveTheme(theme: Theme): void {
  keepInBrowser('theme', theme === 'system' ? null : theme)
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Keeps the language for a year, or forgets the choice; the page must be rendered again to show it. */
export const saveLocale = (locale: string | null) => keepInBrowser('locale', locale)
