import { expect, test } from '@playwright/test'
import { acceptLink, admin, adminState, signIn, signOut } from './people.ts'

test('the first administrator claims the account, signs out and in; the link works once', async ({ page, browser }) => {
  const link = process.env['BASEBOARD_CLAIM_URL']!
  await acceptLink(page, link, admin)
  await signOut(page)

  await signIn(page, admin.name, 'not the password')
  await expect(page.getByText('User name or password is wrong.')).toBeVisible()
  await signIn(page, admin.name, admin.password)
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await page.context().storageState({ path: adminState })

  const stranger = await browser.newPage()
  await stranger.goto(link)
  await expect(stranger.getByText('This link does not work')).toBeVisible()
  await stranger.goto('/')
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await stranger.close()
})
