import { expect, test } from '@playwright/test'
import { join, press } from './people.ts'

test('a person makes a token of their own, which does what was chosen and no more, until an administrator revokes it', async ({ page, browser }) => {
  await page.goto('/')
  const { name, page: theirs } = await join(browser, page, 'operator', 'otto')
  await theirs.goto('/settings/tokens')
  await expect(theirs.getByRole('button', { name: 'New token of the site' })).toHaveCount(0)
  await press(theirs.getByRole('button', { name: 'New token of yours' }))
  await theirs.getByLabel('What it is for').fill('cluster scripts')
  await expect(theirs.getByText('Letters, digits and . _ - only')).toBeVisible()
  await theirs.getByLabel('What it is for').fill('scripts')
  await theirs.getByRole('combobox', { name: 'Ends' }).click()
  await theirs.getByRole('option', { name: 'in 30 days' }).click()
  await theirs.getByRole('combobox', { name: 'May' }).click()
  await theirs.getByRole('option', { name: 'only what is chosen here' }).click()
  await theirs.getByLabel('consoles').check()
  await theirs.getByRole('button', { name: 'Make the token' }).click()
  const token = await theirs.getByRole('dialog').getByText(/^bb_/).innerText()
  await theirs.getByRole('button', { name: 'Done' }).click()
  await expect(theirs.getByText(token)).toHaveCount(0)
  await expect(theirs.getByRole('row', { name: new RegExp(`${name}@scripts`) })).toContainText('read · consoles')

  const { BASEBOARD_URL = '' } = process.env
  const ask = async (path: string) => (await fetch(`${BASEBOARD_URL}${path}`, { headers: { authorization: `Bearer ${token}` } })).status
  expect([await ask('/api/nodes'), await ask('/api/audit')]).toEqual([200, 403])

  await page.goto('/settings/tokens')
  await press(page.getByRole('button', { name: `Revoke ${name}@scripts` }))
  await expect(page.getByText(`${name}@scripts no longer works`)).toBeVisible()
  expect(await ask('/api/nodes')).toBe(401)
})
