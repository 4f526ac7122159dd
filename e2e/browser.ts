import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'brave-browser']
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A Chromium that is here already: CHROME_PATH, Playwright's own, or one on PATH. */
function installed(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return [process.env['CHROME_PATH'], chromium.executablePath(), ...onPath, ...places].find(
    (path) => path !== undefined && path !== '' && existsSync(path) && isExecutable(path),
  )
}

/** Runs a command quietly; its failure only means that the next way is tried. */
function tried(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 300_000 })
    return true
  } catch {
    return false
  }
}

/**
 * The path of a Chromium to test with: an installed one, else what `playwright install` brings, else Debian's package (as root).
 * Throws one line that says what to do when there is none.
 */
export function findBrowser(): string {
  const found = installed()
  if (found !== undefined) return found
  console.log('No Chromium here: trying playwright install, then Debian’s package.')
  if (tried('npx', 'playwright', 'install', 'chromium') && installed() !== undefined) return installed()!
  if (process.getuid?.() === 0 && tried('apt-get', 'update', '-qq') && tried('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium')) {
    const debian = installed()
    if (debian !== undefined) return debian
  }
  throw new Error('The end-to-end tests need a Chromium: install one (Debian: apt-get install chromium) or set CHROME_PATH.')
}
