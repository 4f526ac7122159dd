import { expect, test, type Page } from '@playwright/test'
import { call, findHealthyNode, readNodes } from './calls.ts'
import { isAlive, press } from './people.ts'

type Kept = { schedules: { id: string; name: string; request: Record<string, unknown>; when: Record<string, unknown>; lastOperation: string | null }[] }

const findSchedule = async (page: Page, name: string) => (await call<Kept>(page, 'GET', '/api/schedules')).body.schedules.find((one) => one.name === name)

/** Opens a dialog of the «More» menu for nodes of the fleet. */
async function openMore(page: Page, range: string, item: RegExp): Promise<void> {
  await page.goto('/')
  const filter = page.getByRole('textbox', { name: 'Filter nodes' })
  await press(filter)
  await filter.fill(range)
  await page.getByRole('checkbox', { name: 'Select all that match' }).check()
  await page.getByRole('region', { name: 'What to do with the selection' }).getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const choose = async (page: Page, label: string, option: string) => {
  await page.getByRole('dialog').getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test.setTimeout(240_000)
test.use({ actionTimeout: 20_000 })

test('a light of two nodes is asked for every minute from their dialog, comes about, and is removed', async ({ page }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'ipmi')
  const other = await findHealthyNode(page, 'redfish')
  const name = `Lights ${Date.now()}`
  await openMore(page, `${node},${other}`, /^Locate light/)
  const dialog = page.getByRole('dialog', { name: 'Switch on the locate light of 2 nodes' })
  await expect(dialog.getByText('will have the light switched on')).toBeVisible()
  await choose(page, 'When', 'By a cron expression')
  await expect(dialog.getByText('will be asked then, in whatever state')).toBeVisible()
  await dialog.getByLabel('Expression').fill('61 * * * *')
  await expect(dialog.getByRole('alert')).toBeVisible()
  await dialog.getByLabel('Expression').fill('* * * * *')
  await expect(dialog.getByRole('alert')).toBeHidden()
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Save schedule' }).click()
  await expect(dialog).toBeHidden()
  await page.getByRole('link', { name: 'Show the schedules' }).click()

  const row = page.getByRole('row').filter({ hasText: name })
  await expect(row).toContainText('Locate light on')
  await expect.poll(async () => (await findSchedule(page, name))?.lastOperation ?? null, { timeout: 90_000, message: 'the minute has come' }).not.toBeNull()
  const { lastOperation } = (await findSchedule(page, name))!
  await page.goto(`/operations/${lastOperation}`)
  await expect(page.getByRole('heading', { name: 'Locate light on' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Progress' }).getByRole('button', { name: /^2 verified$/ })).toBeVisible({ timeout: 60_000 })

  await page.goto('/operations/schedules')
  await press(page.getByRole('button', { name: `What to do with ${name}` }))
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(row).toBeHidden()
  expect(await findSchedule(page, name)).toBeUndefined()
})

test('a schedule of any kind is made from words, and what was kept is there when it is changed', async ({ page }) => {
  const name = `Network ${Date.now()}`
  await page.goto('/operations/schedules')
  await press(page.getByRole('button', { name: 'New schedule' }).first())
  const dialog = page.getByRole('dialog', { name: 'New schedule' })
  await dialog.getByLabel('Name').fill(name)
  await choose(page, 'Action', 'Boot override')
  await dialog.getByLabel('Nodes').fill('n[1-2]')
  await choose(page, 'Boot from', 'Disk')
  await choose(page, 'When', 'Every week')
  await dialog.getByLabel('Time', { exact: true }).fill('04:30')
  await dialog.getByRole('button', { name: 'Save schedule' }).click()
  await expect(dialog).toBeHidden()
  expect(await findSchedule(page, name)).toMatchObject({ request: { kind: 'boot', action: 'SetBoot', range: 'n[1-2]', boot: { target: 'disk', lasting: 'once' } }, when: { cron: '30 4 * * 6' } })

  await press(page.getByRole('button', { name: `What to do with ${name}` }))
  await page.getByRole('menuitem', { name: 'Change…' }).click()
  const change = page.getByRole('dialog', { name: `Change ${name}` })
  await expect(change.getByRole('combobox', { name: 'Boot from' })).toContainText('Disk')
  await choose(page, 'Action', 'Cap power')
  await expect(change.getByRole('button', { name: 'Save schedule' })).toBeDisabled()
  await change.getByLabel('Watts').fill('350')
  await change.getByRole('button', { name: 'Save schedule' }).click()
  await expect(change).toBeHidden()
  const kept = (await findSchedule(page, name))!
  expect(kept.request).toEqual({ kind: 'power-cap', action: 'SetPowerCap', capWatts: 350, range: 'n[1-2]', limits: {} })
  await call(page, 'DELETE', `/api/schedules/${kept.id}`)
})

/** Asks for the power of a node, and waits until the list says that it is so. */
async function switchTo(page: Page, name: string, action: 'ForceOff' | 'On', state: 'off' | 'on'): Promise<void> {
  expect((await call(page, 'POST', '/api/operations', { kind: 'power', action, nodes: [name] })).status).toBe(202)
  const isThere = async () => (await readNodes(page)).find((node) => node.name === name)?.power.state
  await expect.poll(isThere, { timeout: 60_000, message: `${name} is ${state}` }).toBe(state)
}

test('the dialog of a BMC reset says of how many what is true, and wants the number of many', async ({ page }) => {
  await page.goto('/')
  const off = await findHealthyNode(page, 'ipmi')
  const shielded = await findHealthyNode(page, 'redfish')
  await call(page, 'PATCH', `/api/nodes/${shielded}`, { protected: true })
  await switchTo(page, off, 'ForceOff', 'off')
  try {
    await openMore(page, 'n[1-14]', /^Reset the BMC/)
    const dialog = page.getByRole('dialog', { name: 'Reset the BMC of 13 nodes' })
    await isAlive(dialog)
    await expect(dialog.getByRole('button', { name: /^1 is protected/ })).toContainText(shielded)
    const silent = dialog.getByRole('button', { name: /(is|are) silent/ })
    await expect(silent).toContainText('will be asked, and most likely fail')
    await silent.click()
    await expect(dialog.getByText(/RAKP|password/).first()).toBeVisible()
    await expect(dialog.getByRole('button', { name: /(is|are) off/ })).toContainText('will have the BMC restarted, the node goes on')
    const go = dialog.getByRole('button', { name: /^Reset the BMC/ })
    await expect(go).toBeDisabled()
    await dialog.getByLabel('Type 13 to go on').fill('13')
    await expect(go).toBeEnabled()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  } finally {
    await call(page, 'PATCH', `/api/nodes/${shielded}`, { protected: false })
    await switchTo(page, off, 'On', 'on')
  }
})
