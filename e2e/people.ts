import { expect, type Page } from '@playwright/test'

/** The administrator that claim.spec.ts makes; everyone else is invited by them. */
export const admin = { name: 'ada', password: 'correct horse battery' }
export const adminState = 'test-results/admin.json'

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Account of/ }).click()
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

/** Invites someone with a role through the settings page; gives the link. */
export async function invite(page: Page, role: string): Promise<string> {
  await page.goto('/settings/users')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: new RegExp(`^${role}`) }).or(dialog.getByRole('combobox')).first().click()
  const option = page.getByRole('option', { name: new RegExp(`^${role}`) })
  if (await option.isVisible()) await option.click()
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const link = await page.getByText(/\/invite#/).first().textContent()
  return link!.trim()
}
