import { expect, test, type Page } from '@playwright/test'
import { call, readNodes } from './calls.ts'
import { acceptLink, admin, nobody, rowOf } from './people.ts'
import { descendantsOf, stillRunning } from './process-tree.ts'
import { startProduct, type Product } from './product.ts'

/** These tests kill what the other specs live from, so they have products of their own: `first` with four simulated nodes, and `second`. */
let first: Product
let second: Product

test.describe.configure({ mode: 'serial' })
test.use(nobody)

test.beforeAll(async () => {
  test.setTimeout(180_000)
  const demo = startProduct({ demo: true, env: { DEMO_NODES: '4' } })
  ;[first, second] = await Promise.all([demo, startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })])
})

test.afterAll(async () => {
  await Promise.all([first, second].map((product) => product?.stop()))
})

/** The one process of the first product whose command line holds this. Postgres' own children have rewritten theirs. */
function processOf(what: string): number {
  const found = descendantsOf(first.supervisor.pid!).filter(({ command }) => command.includes(what))
  expect(found, `processes of ${what}`).toHaveLength(1)
  return found[0]!.pid
}

/** Every node was read again after this moment, by the clock of the server that also made it. */
async function expectFreshStates(page: Page, since: string): Promise<void> {
  const stale = async () => {
    const nodes = await readNodes(page).catch(() => null)
    if (nodes == null) return ['no answer']
    return nodes.filter(({ power, bmc }) => bmc.state !== 'ok' || power.at === null || power.at <= since).map(({ name }) => name)
  }
  await expect.poll(stale, { timeout: 75_000, message: `nodes read after ${since}` }).toEqual([])
}

/** A change that is made now arrives on the open page by its stream. */
async function expectLive(page: Page, name: string): Promise<void> {
  const rename = async () => (await call(page, 'PATCH', '/api/nodes/n1', { name }).catch(() => null))?.status
  await expect.poll(rename, { timeout: 30_000 }).toBe(200)
  await expect(rowOf(page, name)).toBeVisible({ timeout: 30_000 })
  expect((await call(page, 'PATCH', `/api/nodes/${name}`, { name: 'n1' })).status).toBe(200)
  await expect(rowOf(page, 'n1')).toBeVisible()
}

test('two products side by side know one browser apart', async ({ page }) => {
  await acceptLink(page, first.claimUrl, admin)
  await acceptLink(page, second.claimUrl, { name: 'bert', password: 'another long password' })
  await expect(page.getByText('No nodes yet')).toBeVisible()
  await page.goto(first.url)
  await expect(page.getByRole('rowheader')).toHaveCount(4)
  await expect(page.getByRole('button', { name: `Account of ${admin.name}` })).toBeVisible()
  await page.goto(second.url)
  await expect(page.getByRole('button', { name: 'Account of bert' })).toBeVisible()
  await page.context().storageState({ path: 'test-results/endurance.json' })
})

for (const [who, command] of [
  ['the conductor', 'dist/conductor.js'],
  ['web', 'dist/server.js'],
  ['PostgreSQL', '/postgres -D'],
] as const) {
  test(`${who} is killed, comes back, and the open page is live again`, async ({ browser }) => {
    test.setTimeout(180_000)
    const context = await browser.newContext({ storageState: 'test-results/endurance.json', baseURL: first.url })
    const page = await context.newPage()
    await page.goto('/')
    await expect(page.getByRole('rowheader')).toHaveCount(4)
    await expectFreshStates(page, '')
    const pid = processOf(command)
    const killedAt = new Date().toISOString()
    process.kill(pid, 'SIGKILL')
    const successors = () => descendantsOf(first.supervisor.pid!).filter((one) => one.command.includes(command) && one.pid !== pid)
    await expect.poll(() => successors().length, { timeout: 30_000 }).toBe(1)
    await expectFreshStates(page, killedAt)
    await expectLive(page, 'lively')
    await expect(page.getByText(/No answer from the server/)).toBeHidden()
    await context.close()
  })
}

test('SIGTERM ends everything that was started, and nothing of the other', async ({ page }) => {
  const others = descendantsOf(second.supervisor.pid!)
  const ours = descendantsOf(first.supervisor.pid!)
  for (const what of ['dist/conductor.js', 'dist/server.js', 'dist/depot.js', 'dist/simulator/main.js', '/postgres -D']) {
    expect(ours.filter(({ command }) => command.includes(what)), what).toHaveLength(1)
  }
  expect(await first.stop(), first.output()).toBe(0)
  expect(stillRunning(ours)).toEqual([])
  const lasting = others.filter(({ command }) => /dist\/\S+\.js$|postgres -D/.test(command))
  expect(lasting).toHaveLength(4)
  expect(stillRunning(lasting)).toEqual(lasting)
  expect((await page.goto(second.url))?.ok()).toBe(true)
})
