import { expect, test } from '@playwright/test'
import { rowOf } from './people.ts'

test.setTimeout(240_000)

/** A node that is on and healthy, by whichever protocol is asked for. */
async function healthyNode(request: import('@playwright/test').APIRequestContext, via: string): Promise<string> {
  let found: string | undefined
  await expect
    .poll(
      async () => {
        const { nodes } = (await (await request.get('/api/nodes')).json()) as {
          nodes: { name: string; power: { state: string }; health: { level: string }; bmc: { state: string; via: string | null; latencyMs: number | null } }[]
        }
        found = nodes.find((node) => node.power.state === 'on' && node.health.level === 'ok' && node.bmc.via === via && (node.bmc.latencyMs ?? 0) < 500)?.name
        return found
      },
      { timeout: 120_000 },
    )
    .toBeDefined()
  return found!
}

for (const via of ['redfish', 'ipmi']) {
  test(`a power cycle over ${via} is confirmed, verified, and found in the audit`, async ({ page }) => {
    const name = await healthyNode(page.request, via)
    await page.goto(`/nodes/${name}`)
    await page.getByRole('button', { name: 'Power', exact: true }).click()
    await page.getByRole('menuitem', { name: /^Power cycle/ }).click()
    const dialog = page.getByRole('dialog', { name: `Power-cycle ${name}` })
    await expect(dialog).toContainText('ipmitool -I lanplus')
    await expect(dialog).toContainText('on, as of')
    await dialog.getByRole('button', { name: `Power-cycle ${name}` }).click()
    await expect(page.getByText(`Power cycle, ${name}: verified`)).toBeVisible({ timeout: 150_000 })

    await page.goto(`/audit?node=${name}&action=power`)
    const rows = page.getByRole('row').filter({ hasText: name })
    await expect(rows.first()).toContainText('ada')
    await expect(rows.filter({ hasText: 'done' }).first()).toBeVisible()
  })
}

test('a node that is off can only be switched on; the others are greyed with the reason', async ({ page }) => {
  const { nodes } = (await (await page.request.get('/api/nodes')).json()) as { nodes: { name: string; power: { state: string } }[] }
  const off = nodes.find((node) => node.power.state === 'off')!.name
  await page.goto('/')
  await expect(rowOf(page, off)).toContainText('off')
  await page.goto(`/nodes/${off}`)
  await page.getByRole('button', { name: 'Power', exact: true }).click()
  await expect(page.getByRole('menuitem', { name: /^Force off/ })).toBeDisabled()
  await expect(page.getByRole('menuitem', { name: /^Force off/ })).toContainText('the node is off')
  await page.getByRole('menuitem', { name: /^On/ }).click()
  await page.getByRole('button', { name: `Switch on ${off}` }).click()
  await expect(page.getByText(`On, ${off}: verified`)).toBeVisible({ timeout: 120_000 })
})
