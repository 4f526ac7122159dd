import { expect, test } from '@playwright/test'
import { acceptLink, admin, rowOf } from '../people.ts'
import { addRealNode, ipmitool, realBmc, switchPower, withRealNode } from './real-node.ts'

const product = withRealNode()

const powerByIpmitool = () => ipmitool(realBmc, 'chassis', 'power', 'status')

test('a real machine is added in the browser, powered on, cycled, shut off, each verified, and all of it is in the audit', async ({ page }) => {
  const { url, claimUrl } = product()
  await acceptLink(page, claimUrl, admin)
  await addRealNode(page, 'vm1')

  await page.goto(url)
  await expect(rowOf(page, 'vm1')).toContainText('off', { timeout: 60_000 })
  expect(powerByIpmitool()).toBe('Chassis Power is off')

  await page.goto(`${url}/nodes/vm1`)
  await switchPower(page, 'vm1', 'On', 'Switch on vm1')
  expect(powerByIpmitool()).toBe('Chassis Power is on')
  await switchPower(page, 'vm1', 'Power cycle', 'Power-cycle vm1')
  expect(powerByIpmitool()).toBe('Chassis Power is on')
  await switchPower(page, 'vm1', 'Force off', 'Force off vm1')
  expect(powerByIpmitool()).toBe('Chassis Power is off')
  await page.goto(url)
  await expect(rowOf(page, 'vm1')).toContainText('off')

  const { rows } = (await (await page.request.get(`${url}/api/audit?node=vm1&action=power`)).json()) as {
    rows: { actor: string; outcome: string; detail: Record<string, unknown> }[]
  }
  expect(rows.filter(({ outcome }) => outcome === 'ok')).toHaveLength(3)
  expect(new Set(rows.map(({ actor }) => actor))).toEqual(new Set([admin.name]))
  await page.goto(`${url}/audit?node=vm1`)
  await expect(page.getByRole('row').filter({ hasText: 'vm1' }).filter({ hasText: admin.name }).first()).toBeVisible()
})
