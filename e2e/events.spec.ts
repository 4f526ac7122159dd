import { expect, test, type APIRequestContext } from '@playwright/test'
import { join } from './people.ts'

const minute = 60_000
test.setTimeout(4 * minute)

type Events = { events: { id: string; node: string; text: string; level: string }[]; sources: unknown[] }

const eventsOf = async (request: APIRequestContext, path: string) => (await (await request.get(path)).json()) as Events

/** A node whose log was read and has more than one entry. */
async function nodeWithEvents(request: APIRequestContext, level: string): Promise<string> {
  let found: string | undefined
  const look = async () => {
    found = (await eventsOf(request, `/api/events?level=${level}`)).events[0]?.node
    return found
  }
  await expect.poll(look, { timeout: 2 * minute }).toBeDefined()
  return found!
}

test('the events of a node are listed, filtered by the address, and linked to', async ({ page }) => {
  const name = await nodeWithEvents(page.request, 'warning')
  await page.goto(`/nodes/${name}/events`)
  const list = page.getByRole('table', { name: 'Events' })
  const { events } = await eventsOf(page.request, `/api/nodes/${name}/events`)
  await expect(list.locator('tr[data-event]')).toHaveCount(events.length)
  await expect(page.getByRole('list', { name: 'Logs of this node' })).toContainText(/read .* ago/)

  await page.getByRole('button', { name: 'warning', exact: true }).click()
  await expect(page).toHaveURL(/level=warning/)
  const warnings = events.filter(({ level }) => level === 'warning')
  await expect(list.locator('tr[data-event]')).toHaveCount(warnings.length)
  await page.reload()
  await expect(list.locator('tr[data-event]')).toHaveCount(warnings.length)
  await expect(page.getByRole('button', { name: 'warning', exact: true })).toHaveAttribute('aria-pressed', 'true')

  await page.getByRole('searchbox', { name: 'Search events' }).fill('nothing says this')
  await expect(page.getByText('No event matches')).toBeVisible()
  await expect(page).toHaveURL(/q=nothing/)
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await expect(list.locator('tr[data-event]')).toHaveCount(events.length)

  const last = events.at(-1)!
  await page.goto(`/nodes/${name}/events?event=${last.id}`)
  const row = list.locator(`tr[data-event="${last.id}"]`)
  await expect(row).toBeInViewport()
  await expect(row.getByRole('button')).toHaveAttribute('aria-expanded', 'true')
  await expect(page.getByText(`/nodes/${name}/events?event=${last.id}`)).toBeVisible()
})

test('a BMC whose clock is off says so above its events, and on its page with what to do', async ({ page }) => {
  await page.goto('/nodes/n15/events')
  const notice = page.getByRole('status').filter({ hasText: 'BMC clock 8 h ahead' })
  await expect(notice).toBeVisible({ timeout: 2 * minute })
  await expect(notice).toContainText('time zone')
  await page.goto('/nodes/n15')
  await expect(page.getByText('8 h ahead', { exact: true })).toBeVisible()
  await page.goto('/nodes/n1/events')
  await expect(page.getByRole('table', { name: 'Events' })).toBeVisible()
  await expect(page.getByText('BMC clock')).toBeHidden()
})

test('the fleet’s events stand in one list, and lead to their node', async ({ page }) => {
  const name = await nodeWithEvents(page.request, 'critical')
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  await expect(page).toHaveURL(/\/events$/)
  const rows = page.getByRole('table', { name: 'Events' }).locator('tr[data-event]')
  await expect(rows.first()).toBeVisible()
  await page.getByRole('button', { name: 'critical', exact: true }).click()
  await expect(page).toHaveURL(/level=critical/)
  await rows.first().getByRole('link', { name, exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/nodes/${name}/events`))
})

test('the inventory shows the serials of the simulated machine, its memory by slot, and is a file for the fleet', async ({ page }) => {
  type Part = { kind: string; slot: string; serial?: string }
  type Answer = { inventory: { parts: Part[] } | null; via: string | null }
  const { nodes } = (await (await page.request.get('/api/nodes')).json()) as { nodes: { name: string; bmc: { via: string | null; state: string } }[] }
  const name = nodes.find(({ bmc }) => bmc.via === 'redfish' && bmc.state === 'ok')!.name
  let answer: Answer = { inventory: null, via: null }
  const read = async () => {
    answer = (await (await page.request.get(`/api/nodes/${name}/inventory`)).json()) as Answer
    return answer.inventory?.parts.length ?? 0
  }
  await expect.poll(read, { timeout: 3 * minute }).toBeGreaterThan(5)
  const serials = answer.inventory!.parts.flatMap(({ kind, serial }) => (kind === 'memory' && serial !== undefined ? [serial] : []))
  expect(serials.length).toBeGreaterThan(0)

  await page.goto(`/nodes/${name}/inventory`)
  const memory = page.getByRole('list', { name: 'Memory' })
  for (const serial of serials) await expect(memory.getByText(serial)).toBeVisible()
  await expect(page.getByText(/Read by Redfish .* ago/)).toBeVisible()

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Fleet as CSV' }).click()
  expect((await download).suggestedFilename()).toBe('baseboard-inventory.csv')
})

test('clearing a log wants the node’s name typed; the entries stay and say that they were cleared', async ({ page }) => {
  const name = await nodeWithEvents(page.request, 'warning')
  await page.goto(`/nodes/${name}/events`)
  await page.getByRole('button', { name: 'Clear log…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('The entries stay in Baseboard')
  const confirm = dialog.getByRole('button', { name: /^Clear / })
  await expect(confirm).toBeDisabled()
  await dialog.getByLabel(`Type ${name} to go on`).fill(name)
  await confirm.click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(`Clear log, ${name}: verified`)).toBeVisible({ timeout: minute })
  await expect(page.locator('tr[data-event]').filter({ hasText: 'cleared' }).first()).toBeVisible({ timeout: minute })
})

test('a viewer reads the events and cannot clear a log', async ({ page, browser }) => {
  const name = await nodeWithEvents(page.request, 'warning')
  const { context, page: other } = await join(browser, page, 'viewer', 'eva')
  await other.goto(`/nodes/${name}/events`)
  await expect(other.locator('tr[data-event]').first()).toBeVisible()
  await expect(other.getByRole('button', { name: 'Clear log…' })).toHaveAttribute('aria-disabled', 'true')
  await expect(other.getByRole('button', { name: 'Clear log…' })).toHaveAttribute('title', /may not clear a log/)
  const status = await other.evaluate(
    (path) => fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }, body: '{"source":"SEL"}' }).then((answer) => answer.status),
    `/api/nodes/${name}/events/clear`,
  )
  expect(status).toBe(403)
  await context.close()
})
