import { expect, type Page } from '@playwright/test'
import { call } from '../calls.ts'
import { press } from '../people.ts'

/** Waits until the product has asked the BMC of a node whether it sets a boot override: before that it would refuse to. */
export async function knowsBoot(page: Page, name: string): Promise<void> {
  const read = async () => (await call<{ capabilities: { boot?: { can: boolean } } | null }>(page, 'GET', `/api/nodes/${name}`)).body.capabilities?.boot?.can
  await expect.poll(read, { timeout: 120_000, message: 'whether the BMC sets a boot override' }).toBe(true)
}

/** Sets it on the node's page for the next start, without starting the node, and waits for what the page says of the end. */
export async function setBootOnce(page: Page, name: string, target: string, end: RegExp): Promise<void> {
  await page.goto(`/nodes/${name}`)
  await press(page.getByRole('button', { name: 'More', exact: true }))
  await page.getByRole('menuitem', { name: /^Boot from/ }).click()
  const dialog = page.getByRole('dialog', { name: `Set the boot source of ${name}` })
  await dialog.getByRole('combobox', { name: 'Boot from', exact: true }).click()
  await page.getByRole('option', { name: target, exact: true }).click()
  await dialog.getByRole('button', { name: `Set the boot source of ${name}` }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(end).first()).toBeVisible({ timeout: 120_000 })
}
