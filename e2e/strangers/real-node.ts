import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startProduct, type Product } from '../product.ts'
import { rig } from './shared.ts'

/**
 * A Linux virtual machine whose BMC is OpenIPMI's: power really starts and stops it, and its serial port is the console. Nothing on the
 * other side of the wire is ours.
 */
const realNode = rig('real-node')

type RealNode = { product: Product; stop: () => Promise<void> }

/** One machine, off, and a product that may speak to it, for the tests of a file; they are skipped, and say so, where the rig is missing. */
export function withRealNode(): () => Product {
  let machine: RealNode | undefined
  test.skip(realNode === null, 'skipped: ../shared/rigs/real-node is not here')
  test.beforeAll(async () => {
    test.setTimeout(600_000)
    machine = await startRealNode()
  })
  test.afterAll(() => machine?.stop())
  return () => machine!.product
}

/** Takes minutes where the machine's kernel is not there yet. */
async function startRealNode(): Promise<RealNode> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-real-node-'))
  execFileSync(realNode!, ['start', '1', folder], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 500_000 })
  const product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
  return {
    product,
    async stop() {
      execFileSync(realNode!, ['stop', folder])
      await product.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Adds the machine as `name` through the page, after a test of its address. */
export async function addRealNode(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add node' }).first().click()
  const form = page.getByRole('dialog', { name: 'Add node' })
  await form.getByLabel('Name', { exact: true }).fill(name)
  await form.getByLabel('BMC address').fill('127.0.0.1')
  await form.getByLabel('User', { exact: true }).fill('admin')
  await form.getByLabel('Password', { exact: true }).fill('secret')
  await form.getByText('Ports', { exact: true }).click()
  await form.getByLabel('IPMI port').fill('16240')
  await form.getByRole('button', { name: 'Test' }).click()
  await expect(form.getByText(/IPMI 2\.0/)).toBeVisible()
  await form.getByRole('button', { name: 'Add node' }).click()
  await expect(form).toBeHidden()
}

/** Asks for a power action with the button of the page that is open, and waits for its verified result. */
export async function switchPower(page: Page, name: string, action: string, confirm: string): Promise<void> {
  await page.getByRole('button', { name: 'Power', exact: true }).click()
  await page.getByRole('menuitem', { name: new RegExp(`^${action}`) }).click()
  await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
  await expect(page.getByText(`${action}, ${name}: verified`)).toBeVisible({ timeout: 120_000 })
}
