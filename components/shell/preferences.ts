import { keepInBrowser } from '#components/ui/browser-cookie.ts'

export type Theme = 'system' | 'light' | 'dark'

/** The theme this browser keeps. */
export function readTheme(): Theme {
  const theme = document.documentElement.dataset['theme']
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** Changes the theme at once and for a year; `system` forgets the choice. */
export function saveTheme(theme: Theme): void {
  keepInBrowser('theme', theme === 'system' ? null : theme)
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Keeps the language for a year, or forgets the choice; the page must be rendered again to show it. */
export const saveLocale = (locale: string | null) => keepInBrowser('locale', locale)
