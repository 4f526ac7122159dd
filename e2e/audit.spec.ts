import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { call, findHealthyNode } from './calls.ts'
import { admin, nobody, press, signIn } from './people.ts'

const root = resolve(import.meta.dirname, '..')

/** Runs a command line tool of the product against the database of the one under test. */
function runTool(...args: string[]): string {
  const { BASEBOARD_URL = '', BASEBOARD_DATA_DIR = '' } = process.env
  const env = { ...process.env, PORT: new URL(BASEBOARD_URL).port, DATA_DIR: BASEBOARD_DATA_DIR }
  return execFileSync('npm', ['run', '-s', ...args], { cwd: root, env, encoding: 'utf8' }).trim()
}

/** The rows of the audit that are not opened. */
const bodyRows = (page: Page) => page.locator('tbody tr').filter({ has: page.getByRole('button', { expanded: false }) })

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('filters by person, node, deed and outcome stand in the address and survive a reload', async ({ page, browser }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'redfish')
  expect((await call(page, 'PATCH', `/api/nodes/${node}`, { tags: ['seen'] })).status).toBe(200)
  const elsewhere = await browser.newContext(nobody)
  const stranger = await elsewhere.newPage()
  await signIn(stranger, 'mallory', 'not a password of hers')
  await expect(stranger.getByText('User name or password is wrong.')).toBeVisible()
  await elsewhere.close()

  await page.goto('/audit')
  await press(page.getByRole('textbox', { name: 'Node' }))
  await page.keyboard.type(node)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`node=${node}(&|$)`))
  await choose(page, 'What', 'Node changed')
  await expect(page).toHaveURL(/action=node-change/)
  await page.getByRole('textbox', { name: 'Who' }).fill(admin.name)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/actor=ada/)
  await choose(page, 'Outcome', 'done')
  await expect(page).toHaveURL(/outcome=ok/)
  await expect(bodyRows(page).first()).toContainText('Node changed')
  await page.reload()
  await expect(bodyRows(page).first()).toContainText(node)
  for (const row of await bodyRows(page).all()) await expect(row).toContainText(/ada.*Node changed.*done/s)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(/\/audit$/)

  await page.goto('/audit?actor=mallory&outcome=refused')
  await expect(bodyRows(page)).toHaveCount(1)
  await expect(bodyRows(page)).toContainText('Sign-in')
  await page.goto('/audit?node=nobody')
  await expect(page.getByText('No row matches')).toBeVisible()
})

test('a row opens to all that is known of it', async ({ page }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'ipmi')
  expect((await call(page, 'PATCH', `/api/nodes/${node}`, { rack: 'R42' })).status).toBe(200)
  await page.goto(`/audit?node=${node}&action=node-change`)
  await press(bodyRows(page).first().getByRole('button').first())
  const detail = page.locator('tr[id^="audit-"]')
  await expect(detail).toContainText('R42')
  await expect(detail).toContainText(/Who\s*ada person/)
  await expect(detail).toContainText(/From\s*127\.0\.0\.1/)
  await expect(detail).toContainText('Request')

  const seq = /Row\s*(\d+)/.exec(await detail.innerText())![1]!
  await page.goto(`/audit?seq=${seq}`)
  await expect(page.locator(`#audit-${seq}`)).toContainText('R42')
  await expect(page.getByText(`The list begins with row ${seq}`)).toBeVisible()
  await page.getByRole('button', { name: 'Show the newest' }).click()
  await expect(page).toHaveURL(/\/audit$/)
})

test('the search finds words of any row, and the page says how far the audit is signed', async ({ page }) => {
  await page.goto('/audit')
  await expect(page.getByText(/Signed up to row \d/)).toBeVisible()
  await press(page.getByRole('searchbox', { name: 'Search the rows' }))
  await page.keyboard.type('claim ada')
  await expect(page).toHaveURL(/q=claim/)
  await expect(bodyRows(page)).toHaveCount(1)
  await expect(bodyRows(page)).toContainText('Claim')
})

test('the CSV holds the rows of the filter, and no cell that a spreadsheet would run', async ({ page }) => {
  // The only names that may begin with a sign that spreadsheets obey are those of tokens.
  runTool('token', '--', '--name', '@SUM', '--role', 'viewer')
  runTool('token', '--', '--name=-1', '--role', 'viewer')
  await page.goto('/audit?action=token-create')
  const link = page.getByRole('link', { name: 'Export these rows as CSV' })
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toMatch(/\.csv$/)
  const text = readFileSync(await download.path(), 'utf8')
  const [head, ...rows] = text.trim().split('\r\n')
  expect(head).toBe('seq,at,actor,actorKind,ip,action,node,target,outcome,operationId,requestId,detail')
  expect(rows.length).toBeGreaterThanOrEqual(2)
  expect(rows.every((row) => row.includes(',token-create,'))).toBe(true)
  expect(text).toContain("'@SUM")
  expect(text).toContain("'-1")
  for (const cell of rows.flatMap((row) => row.split(','))) expect(cell).not.toMatch(/^"?[=+\-@\t\r]/)
})

test('a name typed into the sign-in that is none is not kept, since people type passwords there', async ({ page, browser }) => {
  const elsewhere = await browser.newContext(nobody)
  const stranger = await elsewhere.newPage()
  await signIn(stranger, '=1+1', 'some password')
  await expect(stranger.getByText('User name or password is wrong.')).toBeVisible()
  await elsewhere.close()
  await page.goto('/audit?action=sign-in&outcome=refused')
  await expect(bodyRows(page).first()).toContainText('(not a user name)')
  await expect(page.getByText('=1+1')).toHaveCount(0)
})

test('audit:verify finds the chain whole, and the checkpoints that the conductor has signed', () => {
  expect(runTool('audit:verify')).toMatch(/^the audit is whole: \d+ rows, last hash [0-9a-f]{64}\n\d+ checkpoints agree with it; the last is checkpoint \d+ of \S+Z, which signed row \d+/)
})
