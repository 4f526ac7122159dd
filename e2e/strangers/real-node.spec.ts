import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { acceptLink, admin, rowOf } from '../people.ts'
import { startProduct, type Product } from '../product.ts'
import { rig } from './shared.ts'

/**
 * A Linux virtual machine whose BMC is OpenIPMI's: power really starts and stops it. Nothing on the other side of the wire is ours.
 */
const realNode = rig('real-node')
const folder = mkdtempSync(join(tmpdir(), 'baseboard-real-node-'))
let product: Product

test.skip(realNode === null, 'skipped: ../shared/rigs/real-node is not here')

test.beforeAll(async () => {
  test.setTimeout(600_000)
  execFileSync(realNode!, ['start', '1', folder], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 500_000 })
  product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
})

test.afterAll(async () => {
  if (realNode !== null) execFileSync(realNode, ['stop', folder])
  await product?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What ipmitool, a stranger to both sides, says of the machine's power. */
const powerByIpmitool = () =>
  execFileSync('ipmitool', ['-I', 'lanplus', '-C', '3', '-H', '127.0.0.1', '-p', '16240', '-U', 'admin', '-P', 'secret', 'chassis', 'power', 'status'], {
    encoding: 'utf8',
  }).trim()

/** Asks for a power action on the node's page and waits for its verified result. */
async function switchPower(page: Page, action: string, confirm: string): Promise<void> {
  await page.goto(`${product.url}/nodes/vm1`)
  await page.getByRole('button', { name: 'Power', exact: true }).click()
  await page.getByRole('menuitem', { name: new RegExp(`^${action}`) }).click()
  await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
  await expect(page.getByText(`${action}, vm1: verified`)).toBeVisible({ timeout: 120_000 })
}

test('a real machine is added in the browser, powered on, cycled, shut off, each verified, and all of it is in the audit', async ({ page }) => {
  await acceptLink(page, product.claimUrl, admin)

  await page.getByRole('button', { name: 'Add node' }).first().click()
  const form = page.getByRole('dialog', { name: 'Add node' })
  await form.getByLabel('Name', { exact: true }).fill('vm1')
  await form.getByLabel('BMC address').fill('127.0.0.1')
  await form.getByLabel('User', { exact: true }).fill('admin')
  await form.getByLabel('Password', { exact: true }).fill('secret')
  await form.getByText('Ports', { exact: true }).click()
  await form.getByLabel('IPMI port').fill('16240')
  await form.getByRole('button', { name: 'Test' }).click()
  await expect(form.getByText(/IPMI 2\.0/)).toBeVisible()
  await form.getByRole('button', { name: 'Add node' }).click()

  await page.goto(product.url)
  await expect(rowOf(page, 'vm1')).toContainText('off', { timeout: 60_000 })
  expect(powerByIpmitool()).toBe('Chassis Power is off')

  await switchPower(page, 'On', 'Switch on vm1')
  expect(powerByIpmitool()).toBe('Chassis Power is on')
  await switchPower(page, 'Power cycle', 'Power-cycle vm1')
  expect(powerByIpmitool()).toBe('Chassis Power is on')
  await switchPower(page, 'Force off', 'Force off vm1')
  expect(powerByIpmitool()).toBe('Chassis Power is off')
  await page.goto(product.url)
  await expect(rowOf(page, 'vm1')).toContainText('off')

  const { rows } = (await (await page.request.get(`${product.url}/api/audit?node=vm1&action=power`)).json()) as {
    rows: { actor: string; outcome: string; detail: Record<string, unknown> }[]
  }
  expect(rows.filter(({ outcome }) => outcome === 'ok')).toHaveLength(3)
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set([admin.name]))
  await page.goto(`${product.url}/audit?node=vm1`)
  await expect(page.getByRole('row').filter({ hasText: 'vm1' }).filter({ hasText: admin.name }).first()).toBeVisible()
})
