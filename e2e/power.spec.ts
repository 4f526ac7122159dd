import { expect, test } from '@playwright/test'
import { call, findHealthyNode, readAudit, readNodes } from './calls.ts'
import { press, rowOf } from './people.ts'

test.setTimeout(240_000)

for (const via of ['redfish', 'ipmi']) {
  test(`a power cycle over ${via} is confirmed by a double click, sent once, verified, and found in the audit (checklist 54)`, async ({ page }) => {
    await page.goto('/')
    const name = await findHealthyNode(page, via)
    const countSent = async () => (await readAudit(page, `node=${name}&action=power&outcome=intent`)).filter(({ detail }) => detail['command'] !== undefined).length
    const readOperations = async () => (await call<{ operations: { step?: { commands: string[] } }[] }>(page, 'GET', `/api/operations?node=${name}`)).body.operations
    const [sentBefore, operationsBefore] = [await countSent(), (await readOperations()).length]
    await page.goto(`/nodes/${name}`)
    await press(page.getByRole('button', { name: 'Power', exact: true }))
    await page.getByRole('menuitem', { name: /^Power cycle/ }).click()
    const dialog = page.getByRole('dialog', { name: `Power-cycle ${name}` })
    await expect(dialog).toContainText('ipmitool -I lanplus')
    await expect(dialog).toContainText('on, as of')
    await dialog.getByRole('button', { name: `Power-cycle ${name}` }).dblclick()
    await expect(page.getByText(`Power cycle, ${name}: verified`)).toBeVisible({ timeout: 150_000 })
    const operations = await readOperations()
    expect(operations).toHaveLength(operationsBefore + 1)
    expect((await countSent()) - sentBefore).toBe(operations[0]!.step!.commands.length)

    await page.goto(`/audit?node=${name}&action=power`)
    const rows = page.getByRole('row').filter({ hasText: name })
    await expect(rows.first()).toContainText('ada')
    await expect(rows.filter({ hasText: 'done' }).first()).toBeVisible()
  })
}

test('a node that is off can only be switched on; the others are greyed with the reason', async ({ page }) => {
  await page.goto('/')
  let off = ''
  await expect
    .poll(async () => {
      off = (await readNodes(page)).find(({ power }) => power.state === 'off')?.name ?? ''
      return off
    })
    .not.toBe('')
  await expect(rowOf(page, off)).toContainText('off')
  await page.goto(`/nodes/${off}`)
  await press(page.getByRole('button', { name: 'Power', exact: true }))
  await expect(page.getByRole('menuitem', { name: /^Force off/ })).toBeDisabled()
  await expect(page.getByRole('menuitem', { name: /^Force off/ })).toContainText('the node is off')
  await page.getByRole('menuitem', { name: /^On/ }).click()
  await page.getByRole('button', { name: `Switch on ${off}` }).click()
  await expect(page.getByText(`On, ${off}: verified`)).toBeVisible({ timeout: 120_000 })
})
