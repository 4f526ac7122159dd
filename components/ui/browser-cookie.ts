const yearSeconds = 365 * 24 * 3600

/** Keeps a choice of this browser for a year, where the server can read it too; null forgets it. Nothing secret. */
export function keepInBrowser(name: string, value: string | null): void {
  document.cookie = `${name}=${value ?? ''}; path=/; max-age=${value === null ? 0 : yearSeconds}; samesite=lax`
}

/** What was kept under this name; null when nothing was. */
export function readFromBrowser(name: string): string | null {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))
  return found === undefined ? null : found.slice(name.length + 1)
}
