import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { makeIso } from '../lib/media/testing/make-iso.ts'
import { uniformRack, type NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { call, readNodes } from './calls.ts'
import { acceptLink, admin, nobody, press, signIn } from './people.ts'
import { startProduct, type Product } from './product.ts'

/**
 * Issue 6, in a browser: an ISO is uploaded, thirty simulated nodes of ten makes are installed from it, all read its true bytes, eject, and the
 * audit tells the story; one that never reads, one that refuses and one whose task fails are each said in words that help. The rack is of
 * this process, so that what reached each BMC can be compared.
 */
const sound = uniformRack(30, ['healthy'], ['redfish'])
const broken: NodePlan[] = (
  [
    ['unread', 'hpe', 'never-reads'],
    ['refused', 'supermicro', 'refuses-insert'],
    ['failing', 'gigabyte', 'task-fails'],
  ] as const
).map(([name, make, persona]) => ({ name, make, persona, protocol: 'redfish', faces: ['redfish'] }))

let rack: Rack
let product: Product
let folder: string

test.use(nobody)
test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(300_000)
  folder = mkdtempSync(join(tmpdir(), 'install-e2e-'))
  rack = await startRack({ nodes: [...sound, ...broken], sensorCount: 4, timing: { powerOnMs: 500, cycleOffMs: 1_000 } })
  product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8', MEDIA_ADDRESS: '127.0.0.1' } })
})

test.afterAll(async () => {
  await product?.stop()
  await rack?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function addRack(page: Page): Promise<void> {
  const nodes = rack.nodes.map((node) => {
    const { name, address, ports } = node.describe()
    return { name, bmc: { address, protocol: 'redfish', ports: { redfish: ports.redfish } } }
  })
  const added = await call(page, 'POST', '/api/node-imports', { nodes, credential: { username: 'admin', password: 'secret' } })
  expect(added.status, JSON.stringify(added.body)).toBeLessThan(300)
  const away = async () => (await readNodes(page)).filter(({ power, bmc }) => power.state !== 'on' || bmc.state !== 'ok').length
  await expect.poll(away, { timeout: 120_000, message: 'nodes that are not read yet' }).toBe(0)
  for (const { name } of rack.nodes) {
    const isKnown = async () => (await call<{ capabilities: { boot?: unknown } | null }>(page, 'GET', `/api/nodes/${name}`)).body.capabilities?.boot !== undefined
    await expect.poll(isKnown, { timeout: 120_000, message: `what the BMC of ${name} can do` }).toBe(true)
  }
}

async function upload(page: Page, name: string, bytes: Buffer): Promise<void> {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  await page.goto(`${product.url}/images`)
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page.getByRole('button', { name: 'Upload', exact: true }).first())])
  await chooser.setFiles(path)
  await expect(page.getByRole('table', { name: 'Images' }).getByRole('row').filter({ hasText: name })).toContainText('BIOS and UEFI')
}

async function select(page: Page, range: string): Promise<void> {
  await page.goto('/')
  const filter = page.getByRole('textbox', { name: 'Filter nodes' })
  await press(filter)
  await filter.fill(range)
  await page.getByRole('checkbox', { name: 'Select all that match' }).check()
}

/** Chooses the image and how long is waited, in an open dialog. */
async function fill(page: Page, dialog: Locator, image: string, patience: string): Promise<void> {
  await dialog.getByRole('combobox', { name: 'Image' }).click()
  await page.getByRole('option', { name: image }).click()
  await dialog.getByLabel('Eject after so many quiet minutes').fill('1')
  await dialog.getByLabel('Give up after so many minutes unread').fill(patience)
}

const recordsOf = (name: string) => rack.node(name).drives.records()
type Steps = { steps: { node: string; state: string; error?: { code: string; message: string }; evidence?: string }[] }
const stepsOf = async (page: Page, id: string) => (await call<Steps>(page, 'GET', `/api/operations/${id}/steps?limit=100`)).body.steps
const newestInstall = async (page: Page) => (await call<{ operations: { id: string; state: string }[] }>(page, 'GET', '/api/operations?kind=install&limit=1')).body.operations[0]

test('thirty nodes are installed from an image that was uploaded', async ({ browser }) => {
  test.setTimeout(600_000)
  const page = await (await browser.newContext({ baseURL: product.url })).newPage()
  await acceptLink(page, product.claimUrl, admin)
  await addRack(page)
  const iso = makeIso({ label: 'DEBIAN_13', bytes: 8 * 1024 * 1024 })
  const sha256 = createHash('sha256').update(iso).digest('hex')
  await upload(page, 'debian-13.iso', iso)
  expect((await call(page, 'PATCH', '/api/settings', { installsAtOnce: 30 })).status).toBe(200)

  await test.step('the whole selection is asked in one dialog', async () => {
    await select(page, 'n[1-30]')
    await page.getByRole('region', { name: 'What to do with the selection' }).getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: /^Install from image/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Install 30 nodes from an image' })
    await expect(dialog).toContainText('n[1-30]')
    await expect(dialog).toContainText('30 installs at once on this site')
    await fill(page, dialog, 'debian-13.iso', '15')
    await dialog.getByLabel('Type 30 to go on').fill('30')
    await dialog.getByRole('button', { name: 'Install 30 nodes from an image' }).click()
    await expect(dialog).toBeHidden()
  })

  const { id } = (await newestInstall(page))!
  await test.step('stages and reads are shown while it goes on', async () => {
    await page.goto(`/operations/${id}`)
    await expect(page.getByText(/mounting|watching what it reads/).first()).toBeVisible({ timeout: 60_000 })
    await page.goto('/nodes/n1')
    const card = page.getByRole('region', { name: 'Virtual media' })
    await expect(card).toContainText('debian-13.iso', { timeout: 60_000 })
    await expect(card).toContainText(/100 % of the image/, { timeout: 90_000 })
  })

  await expect.poll(async () => (await newestInstall(page))!.state, { timeout: 480_000, intervals: [2_000] }).not.toBe('running')
  const steps = await stepsOf(page, id)
  expect(steps.filter(({ state }) => state !== 'verified')).toEqual([])
  expect(steps).toHaveLength(30)
  for (const { name } of sound) {
    expect(recordsOf(name).at(-1), name).toMatchObject({ sha256, problem: null })
    expect(recordsOf(name).at(-1)!.ejectedAtMs, name).not.toBeNull()
  }

  await test.step('the audit tells the story', async () => {
    await page.goto(`/audit?operation=${id}&node=n7`)
    const rows = page.getByRole('row').filter({ hasText: 'n7' })
    await expect(rows.first()).toContainText('Install from image')
    const told = (await call<{ rows: { outcome: string; target: string; detail: { command?: string; evidence?: string } }[] }>(page, 'GET', `/api/audit?operation=${id}&node=n7&limit=50`)).body.rows.toReversed()
    expect(told.map(({ outcome, detail }) => `${outcome} ${detail.command ?? ''}`.trim()).filter((line) => !/SetBoot|On|Force|Cycle/.test(line))).toEqual(['intent InsertMedia', 'intent EjectMedia', 'ok'])
    expect(told.every(({ target }) => target === 'debian-13.iso')).toBe(true)
    expect(told.at(-1)!.detail.evidence).toMatch(/100 % of the image/)
    expect(JSON.stringify(told)).not.toMatch(/\/i\/[a-z2-7]{26}/)
  })
})

test('what does not go is said in words that help', async ({ browser }) => {
  test.setTimeout(300_000)
  const page = await (await browser.newContext({ baseURL: product.url })).newPage()
  await signIn(page, admin.name, admin.password)
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await select(page, 'unread,refused,failing')
  await page.getByRole('region', { name: 'What to do with the selection' }).getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: /^Install from image/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Install 3 nodes from an image' })
  await fill(page, dialog, 'debian-13.iso', '1')
  await dialog.getByRole('button', { name: 'Install 3 nodes from an image' }).click()
  await expect(dialog).toBeHidden()
  const { id } = (await newestInstall(page))!
  await page.goto(`/operations/${id}`)
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
  await expect(row('refused')).toContainText('the BMC refused to mount the image by HTTP. It says:', { timeout: 60_000 })
  await expect(row('failing')).toContainText(/could not read the image by (HTTP|NFS) from 127\.0\.0\.1/, { timeout: 120_000 })
  await expect(row('unread')).toContainText('mounted but never read', { timeout: 200_000 })
  const said = Object.fromEntries((await stepsOf(page, id)).map(({ node, state, error }) => [node, [state, error?.message]]))
  expect(said['unread']).toEqual(['not-applied', expect.stringMatching(/its BMC has not fetched a byte of it either\. Look whether the BMC reaches the address that serves images.*; ejected$/)])
  expect(said['refused']![0]).toBe('failed')
  expect(said['failing']![0]).toBe('failed')
  expect(recordsOf('unread').at(-1)).toMatchObject({ sha256: null })
})
