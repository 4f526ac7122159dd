import { expect, test } from '@playwright/test'
import { rowOf } from './people.ts'

const minute = 60_000

test('sixteen nodes show their true states, trouble first', async ({ page }) => {
  test.setTimeout(3 * minute)
  await page.goto('/')
  await expect(page.getByRole('rowheader')).toHaveCount(16, { timeout: minute })

  const { nodes } = (await (await page.request.get('/api/nodes')).json()) as { nodes: { name: string }[] }
  expect(nodes.map(({ name }) => name).sort()).toEqual(Array.from({ length: 16 }, (_, i) => `n${i + 1}`).sort())

  const told = async () => {
    const answer = await page.request.get('/api/nodes')
    const body = (await answer.json()) as { nodes: { power: { state: string }; health: { level: string }; bmc: { failure: { kind: string } | null } }[] }
    const count = (test: (node: (typeof body.nodes)[number]) => boolean) => body.nodes.filter(test).length
    return {
      unreachable: count((node) => node.bmc.failure?.kind === 'unreachable'),
      credentials: count((node) => node.bmc.failure?.kind === 'credentials'),
      speaking: count((node) => node.bmc.failure === null),
      on: count((node) => node.power.state === 'on'),
      off: count((node) => node.power.state === 'off'),
      troubled: count((node) => ['warning', 'critical'].includes(node.health.level)),
    }
  }
  await expect.poll(told, { timeout: 2 * minute }).toEqual({ unreachable: 1, credentials: 1, speaking: 14, on: 13, off: 1, troubled: 2 })

  await expect(page.getByText('User or password refused')).toBeVisible()
  await expect(page.getByText(/BMC never answered|BMC silent/)).toBeVisible()
  await expect(page.getByRole('row').nth(1)).toContainText(/lost|input|Power supply|PSU/i)
})

test('filter and sort live in the URL and survive a reload', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('/')
  await page.keyboard.type('n[1-3]')
  await expect(page.getByRole('rowheader')).toHaveCount(3)
  await expect(page).toHaveURL(/n%5B1-3%5D|n\[1-3\]/)
  await page.reload()
  await expect(page.getByRole('rowheader')).toHaveCount(3)
})

test('a change arrives by the stream, without a reload or a refetch', async ({ page }) => {
  await page.goto('/')
  await expect(rowOf(page, 'n1')).toBeVisible()
  const refetches: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/nodes') refetches.push(request.url())
  })
  const patch = (body: unknown) => page.evaluate((data) => fetch('/api/nodes/n16', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) }).then((answer) => answer.status), body)
  expect(await patch({ name: 'renamed' })).toBe(200)
  await expect(rowOf(page, 'renamed')).toBeVisible()
  const back = await page.evaluate(() => fetch('/api/nodes/renamed', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'n16' }) }).then((answer) => answer.status))
  expect(back).toBe(200)
  await expect(rowOf(page, 'n16')).toBeVisible()
  expect(refetches).toEqual([])
})

test('the first load of the fleet page is at most 200 kB of JavaScript, gzipped', async ({ page }) => {
  const sizes: { url: string; bytes: number }[] = []
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const scripts = new Map<string, string>()
  client.on('Network.responseReceived', ({ requestId, response, type }) => {
    if (type === 'Script') scripts.set(requestId, response.url)
  })
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = scripts.get(requestId)
    if (url !== undefined) sizes.push({ url, bytes: encodedDataLength })
  })
  await page.goto('/', { waitUntil: 'networkidle' }).catch(() => undefined)
  await expect(page.getByRole('rowheader').first()).toBeVisible()
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  console.log(`fleet page, first load: ${(total / 1000).toFixed(1)} kB of JavaScript in ${sizes.length} files, gzipped`)
  expect(sizes.length).toBeGreaterThan(3)
  expect(total).toBeLessThanOrEqual(200_000)
})
