import { randomBytes } from 'node:crypto'
import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test'

/** The administrator that claim.spec.ts makes; everyone else is invited by them. */
export const admin = { name: 'ada', password: 'correct horse battery' }
export const adminState = 'test-results/admin.json'

/** A browser in which nobody is signed in; without it a new context begins as the administrator. */
export const nobody = { storageState: { cookies: [], origins: [] } }

export type RoleWord = 'viewer' | 'operator' | 'administrator'
export type Person = { name: string; password: string; context: BrowserContext; page: Page }

/**
 * Waits until a page that was just opened hears what is done to it. The server's HTML is there before its scripts, and on a busy machine a
 * press in between is heard by nobody: React marks an element that it has taken over with its props.
 */
export async function isAlive(target: Locator): Promise<void> {
  const isHeard = () => target.evaluate((element) => Object.keys(element).some((key) => key.startsWith('__reactProps$')))
  await expect.poll(isHeard, { message: 'the page has come to life' }).toBe(true)
}

/** Presses the first thing on such a page. */
export async function press(target: Locator): Promise<void> {
  await isAlive(target)
  await target.click()
}

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await press(page.getByRole('button', { name: 'Sign in', exact: true }))
}

export async function signOut(page: Page): Promise<void> {
  await press(page.getByRole('button', { name: /Account of/ }))
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

/** The fleet's row of a node. */
export const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })

/** Follows a link that works once, chooses a name and a password, and ends on the fleet page. */
export async function acceptLink(page: Page, url: string, person: { name?: string; password: string }): Promise<void> {
  await page.goto(url)
  if (person.name !== undefined) await page.getByLabel('User name').fill(person.name)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByLabel('Password once more').fill(person.password)
  await page.getByRole('button', { name: /Create the account|Set the password/ }).click()
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
}

/** The link that the open dialog shows this once; closes the dialog. */
export async function takeLink(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog', { name: 'Copy the link now' })
  const link = await dialog.locator('code').innerText()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  return link.trim()
}

/** Invites someone with a role through the settings page; gives the link. */
export async function invite(page: Page, role: RoleWord): Promise<string> {
  await page.goto('/settings/users')
  await press(page.getByRole('button', { name: 'Invite', exact: true }))
  const dialog = page.getByRole('dialog', { name: 'Invite someone' })
  await dialog.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: role, exact: true }).click()
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  return takeLink(page)
}

/**
 * A new person who was invited by the administrator at `page` and has accepted in a browser of their own. The specs share one product, and a
 * second try meets the first one's people: so nobody is called `word` alone, and the name is the person's.
 */
export async function join(browser: Browser, page: Page, role: RoleWord, word: string): Promise<Person> {
  const name = `${word}-${randomBytes(3).toString('hex')}`
  const link = await invite(page, role)
  const context = await browser.newContext(nobody)
  const own = await context.newPage()
  const password = `the password of ${name}`
  await acceptLink(own, link, { name, password })
  return { name, password, context, page: own }
}

/** The row of a person on the settings page. */
export const personRow = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name: `Actions for ${name}` }) })

/** Chooses a line of the menu of a person on the settings page. */
export async function chooseForPerson(page: Page, name: string, line: string): Promise<void> {
  await page.goto('/settings/users')
  await press(page.getByRole('button', { name: `Actions for ${name}` }))
  const lines = page.getByRole('menuitem', { name: line, exact: true }).or(page.getByRole('menuitemcheckbox', { name: line, exact: true }))
  await lines.click()
}
