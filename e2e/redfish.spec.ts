import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test, type Page } from '@playwright/test'
import { findHealthyNode, readAudit } from './calls.ts'
import { join, press } from './people.ts'

const tree = (page: Page) => page.getByRole('tree', { name: 'The BMC\'s answer' })
const pathOf = (page: Page) => new URL(page.url()).searchParams.get('path')

/** Follows links of the tree from the service root to the node's system. */
async function openSystem(page: Page, node: string): Promise<string> {
  await page.goto(`/nodes/${node}/redfish`)
  await press(tree(page).getByRole('link', { name: '/redfish/v1/Systems', exact: true }))
  await expect(page.getByText('Members', { exact: true })).toBeVisible()
  await tree(page).getByRole('link', { name: /^\/redfish\/v1\/Systems\/[^/]+$/ }).last().click()
  await expect(tree(page).getByText('SerialNumber', { exact: true })).toBeVisible()
  return pathOf(page)!
}

test('an operator walks the tree by its links, back and forth, and finds text in it', async ({ page, browser }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'redfish')
  const operator = await join(browser, page, 'operator', 'oskar')
  const system = await openSystem(operator.page, node)
  await operator.page.goBack()
  await expect.poll(() => pathOf(operator.page)).toBe('/redfish/v1/Systems')
  await operator.page.goForward()
  await expect.poll(() => pathOf(operator.page)).toBe(system)

  // The address is enough: a link opens in a new tab, and to the place that its fragment names.
  // Only lines in sight exist; what is found is brought there.
  await operator.page.getByLabel('Find in the document').fill('/redfish/v1/Chassis')
  const link = await tree(operator.page).getByRole('link', { name: /^\/redfish\/v1\/Chassis\/[^/]+$/ }).first().getAttribute('href')
  const other = await operator.context.newPage()
  await other.goto(link!)
  await expect(tree(other).getByText('ChassisType', { exact: true })).toBeVisible()
  await other.close()

  await operator.page.getByLabel('Find in the document').fill('ResetType@')
  await expect(operator.page.getByText('1 of 1')).toBeVisible()
  await expect(tree(operator.page).getByRole('treeitem', { selected: true })).toContainText('ResetType@Redfish.AllowableValues')
  await tree(operator.page).focus()
  await operator.page.keyboard.press('ArrowLeft')
  await expect(tree(operator.page).getByRole('treeitem', { selected: true })).toHaveAttribute('aria-expanded', 'false')

  await operator.page.getByLabel('Path of a resource').fill('/redfish/v1/Nowhere')
  await operator.page.getByLabel('Path of a resource').press('Enter')
  await expect(operator.page.getByText('404 Not found')).toBeVisible()
  await expect(operator.page.getByRole('button', { name: 'Change…' })).toHaveCount(0)
  await expect(operator.page.getByRole('button', { name: 'Record…' })).toHaveCount(0)
  await operator.context.close()
})

test('a viewer has no Redfish tab, and a node without Redfish says why', async ({ page, browser }) => {
  await page.goto('/')
  const [node, other] = [await findHealthyNode(page, 'redfish'), await findHealthyNode(page, 'ipmi')]
  const viewer = await join(browser, page, 'viewer', 'viktor')
  await viewer.page.goto(`/nodes/${node}`)
  await expect(viewer.page.getByRole('link', { name: 'Inventory', exact: true })).toBeVisible()
  await expect(viewer.page.getByRole('link', { name: 'Redfish', exact: true })).toHaveCount(0)
  await viewer.page.goto(`/nodes/${node}/redfish`)
  await expect(viewer.page.getByText('The Redfish browser is for operators')).toBeVisible()
  await viewer.context.close()
  await page.goto(`/nodes/${other}/redfish`)
  await expect(page.getByText('This BMC is not spoken to by Redfish')).toBeVisible()
})

test('an administrator changes a resource under its ETag, and is refused what hands the BMC over', async ({ page }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'redfish')
  const system = await openSystem(page, node)
  await page.getByRole('button', { name: 'Change…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Body, as JSON').fill('{"Boot": ')
  await expect(dialog.getByText('This is not JSON yet')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Look at it' })).toBeDisabled()
  await dialog.getByLabel('Body, as JSON').fill('{"Boot": {"BootSourceOverrideTarget": "Pxe", "BootSourceOverrideEnabled": "Once", "BootSourceOverrideMode": "UEFI"}}')
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await expect(dialog.getByText(`PATCH ${system}`)).toBeVisible()
  await dialog.getByRole('button', { name: 'Send the PATCH' }).click()
  await expect(dialog.getByText('The BMC took it.')).toBeVisible()
  await dialog.getByRole('link', { name: 'Its rows in the audit' }).click()
  await expect(page).toHaveURL(/\/audit\?/)
  const rows = await readAudit(page, `node=${node}&action=redfish`)
  expect(rows.slice(0, 2)).toMatchObject([{ outcome: 'ok', target: `PATCH ${system}` }, { outcome: 'intent' }])

  await page.goto(`/nodes/${node}/redfish?path=/redfish/v1/SessionService`)
  await press(page.getByRole('button', { name: 'Change…' }))
  await dialog.getByLabel('Body, as JSON').fill('{"SessionTimeout": 60}')
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await dialog.getByRole('button', { name: 'Send the PATCH' }).click()
  await expect(dialog.getByText('Baseboard does not send this by hand')).toBeVisible()
  await expect(dialog.getByText('REDFISH_CHANGES=all').first()).toBeVisible()
})

test('an administrator takes a recording along, with nothing in it that tells whose it is', async ({ page }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'redfish')
  await page.goto(`/nodes/${node}/redfish`)
  await press(page.getByRole('button', { name: 'Record…' }))
  const dialog = page.getByRole('dialog', { name: 'A recording of this node' })
  await dialog.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(dialog.getByText('Look through the file before')).toBeVisible({ timeout: 60_000 })
  const downloading = page.waitForEvent('download')
  await dialog.getByRole('link', { name: 'Download' }).click()
  const text = gunzipSync(readFileSync(await (await downloading).path())).toString('utf8')
  const { resources } = JSON.parse(text) as { resources: Record<string, unknown> }
  expect(Object.keys(resources).length).toBeGreaterThan(20)
  await dialog.getByRole('button', { name: 'Forget it' }).click()
  await expect(dialog.getByText('There is no recording yet.')).toBeVisible()
  const rows = await readAudit(page, `node=${node}&action=recording`)
  expect(rows.map(({ outcome, target }) => [outcome, target])).toEqual([['ok', 'remove'], ['ok', null], ['intent', null]])
})
