import { expect, test, type Browser, type Locator, type Page } from '@playwright/test'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { call, readNodes, type AuditWords } from './calls.ts'
import { openConsole } from './console-page.ts'
import { acceptLink, admin, nobody, press } from './people.ts'
import { startProduct, type Product } from './product.ts'

/**
 * Issue 5, in a browser: some of a fleet are power-cycled by batches in the order of their racks, one operation is aborted half-way and
 * resumed, the failed are retried, and all of it can be read afterwards (checklist 47, 50, 54, 58). The rack is of this process, so that
 * what reached each BMC can be counted. FLEET_NODES, CYCLED_NODES and AT_ONCE make it larger; bench/README.md says what it took then.
 */
const fleetNodes = Number(process.env['FLEET_NODES'] ?? 80)
const cycledNodes = Number(process.env['CYCLED_NODES'] ?? 40)
const atOnce = Number(process.env['AT_ONCE'] ?? 10)
const perRack = 20
const name = (n: number) => `n${n}`

/** In the first batch and in one that the abort leaves over; protected; and one at whose console somebody is. */
const [early, late, shielded, watched] = [perRack - 5, cycledNodes - 2, 5, 2]

let rack: Rack
let product: Product

test.use(nobody)
test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  test.setTimeout(600_000)
  rack = await startRack({ nodes: uniformRack(fleetNodes, ['healthy'], ['ipmi']), sensorCount: 6, timing: { powerOnMs: 500, cycleOffMs: 1_500 } })
  product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
})

test.afterAll(async () => {
  await product?.stop()
  await rack?.close()
})

const toLine = (at: number) => {
  const { address, ports } = rack.nodes[at]!.describe()
  return {
    name: name(at + 1),
    bmc: { address, protocol: 'ipmi', ports: { ipmi: ports.ipmi } },
    rack: `r${Math.floor(at / perRack) + 1}`,
    position: perRack - (at % perRack),
    protected: at + 1 === shielded,
  }
}

async function addFleet(page: Page): Promise<void> {
  const nodes = Array.from({ length: fleetNodes }, (_, at) => toLine(at))
  const added = await call(page, 'POST', '/api/node-imports', { nodes, credential: { username: 'admin', password: 'secret' } })
  expect(added.status, JSON.stringify(added.body)).toBeLessThan(300)
  const away = async () => (await readNodes(page)).filter(({ power, bmc }) => power.state !== 'on' || bmc.state !== 'ok').length
  await expect.poll(away, { timeout: 300_000, message: 'nodes that are not read yet' }).toBe(0)
}

/** Who looks at a console in a browser of their own; stays until its page is closed. */
async function lookAtConsole(browser: Browser, page: Page): Promise<Page> {
  const context = await browser.newContext({ storageState: await page.context().storageState(), baseURL: product.url })
  const console = await context.newPage()
  await openConsole(console, name(watched))
  return console
}

/** What reached a BMC: only what changes its power. */
const commandsOf = (n: number) => rack.node(name(n)).commands.map(({ action }) => action)
const taking = Array.from({ length: cycledNodes }, (_, i) => i + 1).filter((n) => n !== shielded)

const bar = (page: Page, words: RegExp) => page.getByRole('region', { name: 'Progress' }).getByRole('button', { name: words })
const typeAndPress = async (dialog: Locator, count: number, button: RegExp) => {
  if (count > 10) await dialog.getByLabel(`Type ${count} to go on`).fill(String(count))
  await dialog.getByRole('button', { name: button }).click()
}

test('many nodes are cycled by batches in the order of their racks; aborted, resumed, retried, and on the record', async ({ browser }) => {
  test.setTimeout(900_000)
  const context = await browser.newContext()
  const page = await context.newPage()
  await acceptLink(page, product.claimUrl, admin)
  await addFleet(page)
  const console = await lookAtConsole(browser, page)
  for (const n of [early, late]) rack.node(name(n)).setPersona('unreachable')

  let first = ''
  await test.step('the dialog shows what will happen to whom', async () => {
    await page.goto(product.url)
    const filter = page.getByRole('textbox', { name: 'Filter nodes' })
    await press(filter)
    await filter.fill(`n[1-${cycledNodes}]`)
    await page.getByRole('checkbox', { name: 'Select all that match' }).check()
    await expect(page.getByText(`${cycledNodes} nodes`, { exact: true })).toBeVisible()
    await page.getByLabel('Power', { exact: true }).and(page.getByRole('button')).click()
    await page.getByRole('menuitem', { name: /^Power cycle/ }).click()
    const dialog = page.getByRole('dialog', { name: `Power-cycle ${taking.length} nodes` })
    await expect(dialog.getByText('1 is protected')).toBeVisible()
    await expect(dialog.getByText(`A console is open: ${name(watched)} (${admin.name} drives).`)).toBeVisible()
    await expect(dialog).toContainText(`"expect":${taking.length}`)
    const go = dialog.getByRole('button', { name: /^Power-cycle/ })
    await expect(go).toBeDisabled()
    await dialog.getByRole('button', { name: 'How', exact: true }).click()
    await dialog.getByLabel('At once', { exact: true }).fill(String(atOnce))
    await dialog.getByLabel('Pause between batches, s').fill('3')
    await dialog.getByRole('combobox', { name: 'Order' }).click()
    await page.getByRole('option', { name: 'rack and position' }).click()
    await expect(dialog).toContainText(`${Math.ceil(taking.length / atOnce)} batches, ${atOnce} at once, by rack, 3 s between`)
    await typeAndPress(dialog, taking.length, /^Power-cycle/)
    await expect(dialog).toBeHidden()
  })
  await console.context().close()

  await test.step('the drawer follows it, over a reload too, and leads to its page', async () => {
    const drawer = page.getByRole('complementary', { name: 'Running operations' })
    await expect(drawer.getByText(new RegExp(`of ${taking.length} done`))).toBeVisible()
    await page.reload()
    await expect(drawer.getByText(new RegExp(`of ${taking.length} done`))).toBeVisible({ timeout: 30_000 })
    await drawer.getByRole('link', { name: /Power cycle/ }).click()
    await expect(page).toHaveURL(/\/operations\/[0-9a-f-]{36}$/)
    first = page.url().split('/').at(-1)!
    await expect(page.getByRole('heading', { name: 'Power cycle' })).toBeVisible()
    await expect(page.getByText(`${atOnce} at once, by rack, 3 s between batches`)).toBeVisible()
  })

  let rest = 0
  await test.step('half-way it is aborted: what waits is not touched', async () => {
    const half = Math.max(2, Math.floor(taking.length / atOnce / 2))
    await expect(page.getByRole('button', { name: new RegExp(`^Batch ${half}:`) })).toBeVisible({ timeout: 240_000 })
    await page.getByRole('button', { name: 'Abort', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Abort it' }).click()
    const doRest = page.getByRole('button', { name: /^Do the rest/ })
    await expect(doRest).toBeVisible({ timeout: 120_000 })
    rest = Number(/\d+/.exec((await doRest.textContent()) ?? '')![0])
    expect(rest).toBeGreaterThanOrEqual(taking.length - half * atOnce - atOnce)
    expect(taking.filter((n) => commandsOf(n).length === 0).length).toBe(rest + 1)
    await expect(bar(page, /^1 failed$/)).toBeVisible()
  })

  await test.step('the rest is done, as an operation of its own', async () => {
    await page.getByRole('button', { name: /^Do the rest/ }).click()
    const dialog = page.getByRole('dialog', { name: new RegExp(`ask again for ${rest} nodes`) })
    await typeAndPress(dialog, rest, /^Power cycle/)
    await expect(page).not.toHaveURL(new RegExp(first))
    await expect(page.getByText('Asks again for')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Retry the failed/ })).toBeVisible({ timeout: 240_000 })
    await expect(bar(page, new RegExp(`^${rest - 1} verified$`))).toBeVisible()
  })

  await test.step('the failed of both are retried when their BMCs answer again', async () => {
    const second = page.url().split('/').at(-1)!
    for (const n of [early, late]) rack.node(name(n)).setPersona('healthy')
    for (const [id, node] of [[first, name(early)], [second, name(late)]] as const) {
      await page.goto(`${product.url}/operations/${id}`)
      await press(page.getByRole('button', { name: /^Retry the failed/ }))
      const dialog = page.getByRole('dialog', { name: /ask again for 1 node/ })
      await expect(dialog.getByRole('group', { name: 'Which steps' })).toContainText(node)
      await typeAndPress(dialog, 1, /^Power cycle/)
      await expect(bar(page, /^1 verified$/)).toBeVisible({ timeout: 120_000 })
    }
  })

  await test.step('each BMC got one command, the protected one none', async () => {
    expect(taking.filter((n) => commandsOf(n).join() !== 'PowerCycle')).toEqual([])
    expect(commandsOf(shielded)).toEqual([])
    expect(Array.from({ length: fleetNodes - cycledNodes }, (_, i) => cycledNodes + i + 1).filter((n) => commandsOf(n).length > 0)).toEqual([])
  })

  await test.step('all of it is in the operations and in the audit', async () => {
    await page.goto(`${product.url}/operations?kind=power`)
    const list = page.getByRole('list', { name: 'Operations' }).getByRole('listitem')
    await expect(list).toHaveCount(4)
    await expect(list.last()).toContainText('aborted')
    await list.last().getByRole('link', { name: 'Power cycle' }).click()
    await expect(page.getByText('Asked again in')).toBeVisible()
    await expect(page.getByText('Aborted by')).toBeVisible()
    await page.getByRole('searchbox', { name: /Find nodes/ }).fill(name(early))
    await page.getByRole('rowheader', { name: name(early), exact: true }).getByRole('button').click()
    await expect(page.getByRole('region', { name: 'The step' })).toContainText('nothing was sent')
    await page.getByRole('link', { name: 'Audit of this step' }).click()
    await expect(page.getByRole('row').filter({ hasText: name(early) }).filter({ hasText: 'failed' }).first()).toBeVisible()
    await page.goto(`${product.url}/audit?operation=${first}&node=${name(watched)}`)
    await expect(page.getByRole('row').filter({ hasText: name(watched) }).filter({ hasText: 'done' }).first()).toBeVisible()
    const audited = async (query: string) => (await call<{ rows: AuditWords[] }>(page, 'GET', `/api/audit?operation=${first}&limit=1000&${query}`)).body.rows
    expect(await audited('action=operation-abort')).toHaveLength(1)
    const ended = (await audited('action=power&outcome=ok')).flatMap(({ node }) => node ?? [])
    expect(new Set(ended).size).toBe(taking.length - rest - 1)
  })
  await context.close()
})
