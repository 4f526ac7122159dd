import { expect, test, type Page } from '@playwright/test'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { call } from './calls.ts'
import { press } from './people.ts'
import { freePort } from './product.ts'

/** Three BMCs of this process, at 127.0.71.1 to 3 and one port; what is added here is taken out again. */
let rack: Rack
let port: number
const names = ['lab1', 'lab2', 'lab3']

test.beforeAll(async () => {
  port = await freePort()
  rack = await startRack({ nodes: uniformRack(3, ['healthy'], ['redfish', 'ipmi']), samePorts: { redfish: port, ipmi: port }, firstThird: 71 })
})
test.afterAll(async () => {
  await rack.close()
})
test.afterEach(async ({ page }) => {
  for (const name of names) await call(page, 'DELETE', `/api/nodes/${name}`)
})

async function addRange(page: Page): Promise<void> {
  await page.goto('/')
  await press(page.getByRole('button', { name: 'More', exact: true }))
  await page.getByRole('menuitem', { name: 'Add a range' }).click()
  await page.getByRole('textbox', { name: 'Names' }).fill('lab[1-3]')
  await page.getByLabel('BMC addresses').fill('127.0.71.{1}')
  await expect(page.getByText('lab3 → 127.0.71.3')).toBeVisible()
  await page.getByLabel('User', { exact: true }).fill('admin')
  await page.getByLabel('Password', { exact: true }).fill('secret')
  await page.getByLabel('Groups').fill('lab')
  await page.getByLabel('Rack').fill('L')
  await page.getByLabel('Unit').fill('{1}')
  await page.getByText('Ports', { exact: true }).click()
  await page.getByLabel('Redfish port').fill(String(port))
  await page.getByLabel('IPMI port').fill(String(port))
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByRole('button', { name: 'Add 3 nodes' }).click()
  await expect(page.getByText('3 BMCs answered, none failed.')).toBeVisible({ timeout: 60_000 })
}

const storedOf = async (page: Page) => {
  const { body } = await call<{ nodes: { name: string; rack: string; position: number; groups: string[] }[] }>(page, 'GET', '/api/nodes?range=lab')
  return body.nodes.map(({ name, rack: place, position, groups }) => [name, place, position, groups])
}

test('a cluster is added by one range, and shown in the fleet', async ({ page }) => {
  await addRange(page)
  await page.getByRole('link', { name: 'Show them in the fleet' }).click()
  await expect(page.getByRole('rowheader')).toHaveText(names)
  expect(await storedOf(page)).toEqual([['lab1', 'L', 1, ['lab']], ['lab2', 'L', 2, ['lab']], ['lab3', 'L', 3, ['lab']]])
})

test('a file changes what is there; what cannot be is named, and may be left out', async ({ page }) => {
  await addRange(page)
  const exported = await (await page.request.get('/api/node-exports?format=csv&range=lab')).text()
  expect(exported).not.toMatch(/secret|password/)
  const lines = exported.trim().split('\r\n')
  lines[1] = lines[1]!.replace(',L,1,', ',M,7,')
  lines[2] = lines[2]!.replace(',L,2,', ',L,200,')
  const file = { name: 'nodes.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) }
  await page.goto('/add/file')
  await expect(page.getByText('Drop a file here')).toBeVisible()
  await page.getByLabel('File', { exact: true }).setInputFiles(file)
  await expect(page.getByText('nodes.csv')).toBeVisible()
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByRole('row', { name: /^3 lab2 .* position A unit is a whole number from 0 to 100/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /^2 lab1 .* change rack position/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /^4 lab3 .* unchanged/ })).toBeVisible()
  await page.getByLabel('Leave out the line that cannot be').check()
  await page.getByRole('button', { name: 'Change 1 node' }).click()
  await expect(page.getByText('1 node changed.')).toBeVisible()
  expect((await storedOf(page)).map(([name, place, position]) => [name, place, position])).toEqual([['lab1', 'M', 7], ['lab2', 'L', 2], ['lab3', 'L', 3]])
})

test('selected nodes are edited together, and it is taken back', async ({ page }) => {
  await addRange(page)
  await page.goto('/?group=lab')
  await press(page.getByRole('checkbox', { name: 'Select all that match' }))
  await page.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit 3 nodes' })
  await dialog.getByLabel('Rack').fill('Z')
  await dialog.getByLabel('Protected').check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('3 nodes changed')).toBeVisible()
  expect((await storedOf(page)).map(([, place]) => place)).toEqual(['Z', 'Z', 'Z'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('Taken back')).toBeVisible()
  expect((await storedOf(page)).map(([, place]) => place)).toEqual(['L', 'L', 'L'])
})

test('a scan finds BMCs that nobody has written down, and adds them', async ({ page }) => {
  await page.goto('/add/scan')
  await page.getByRole('textbox', { name: 'Addresses' }).fill('127.0.71.1-6')
  await page.getByText('Ports', { exact: true }).click()
  await page.getByLabel('Redfish port').fill(String(port))
  await page.getByLabel('IPMI port').fill(String(port))
  await page.getByRole('button', { name: 'Scan', exact: true }).click()
  await expect(page.getByText('6 of 6 addresses asked, 3 BMCs found.')).toBeVisible({ timeout: 60_000 })
  await page.getByRole('checkbox', { name: 'Tick all that are no node yet' }).check()
  await page.getByRole('textbox', { name: 'Names', exact: true }).fill('lab{4}')
  await page.getByLabel('User', { exact: true }).fill('admin')
  await page.getByLabel('Password', { exact: true }).fill('secret')
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByRole('button', { name: 'Add 3 nodes' }).click()
  await expect(page.getByText('3 BMCs answered, none failed.')).toBeVisible({ timeout: 60_000 })
  await page.reload()
  await expect(page.getByText('already lab2')).toBeVisible()
})
