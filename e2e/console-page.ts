import { expect, type Page } from '@playwright/test'

/** The state pill. A streamed page may hold a hidden copy of it for a moment. */
export const pill = (page: Page) => page.locator('[data-state]:visible')
export const rows = (page: Page) => page.locator('.xterm-rows')
export const terminal = (page: Page) => page.getByRole('textbox', { name: /^Serial console of/ })

/** Opens a node's console and waits until its serial session is open; `origin` where the tests have no base address. */
export async function openConsole(page: Page, name: string, origin = ''): Promise<void> {
  await page.goto(`${origin}/nodes/${name}/console`)
  await expect(pill(page)).toHaveAttribute('data-state', 'open', { timeout: 30_000 })
  await terminal(page).focus()
}

export async function enter(page: Page, line: string): Promise<void> {
  await terminal(page).focus()
  await page.keyboard.type(line)
  await page.keyboard.press('Enter')
}
