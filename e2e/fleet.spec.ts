import { get } from 'node:http'
import { expect, test } from '@playwright/test'
import { call, type NodeWords } from './calls.ts'
import { press, rowOf } from './people.ts'

const minute = 60_000

test('sixteen nodes show their true states, trouble first', async ({ page }) => {
  test.setTimeout(3 * minute)
  await page.goto('/')
  await expect(page.getByRole('rowheader')).toHaveCount(16, { timeout: minute })

  const { nodes } = (await (await page.request.get('/api/nodes')).json()) as { nodes: { name: string }[] }
  expect(nodes.map(({ name }) => name).sort()).toEqual(Array.from({ length: 16 }, (_, i) => `n${i + 1}`).sort())

  const told = async () => {
    const answer = await page.request.get('/api/nodes')
    const body = (await answer.json()) as { nodes: NodeWords[] }
    const count = (test: (node: NodeWords) => boolean) => body.nodes.filter(test).length
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
  await press(page.getByRole('textbox', { name: 'Filter nodes' }))
  await page.keyboard.press('Escape')
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
  expect((await call(page, 'PATCH', '/api/nodes/n16', { name: 'renamed' })).status).toBe(200)
  await expect(rowOf(page, 'renamed')).toBeVisible()
  expect((await call(page, 'PATCH', '/api/nodes/renamed', { name: 'n16' })).status).toBe(200)
  await expect(rowOf(page, 'n16')).toBeVisible()
  expect(refetches).toEqual([])
})

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`

test('the first load of the fleet page is at most 200 kB of JavaScript, gzipped', async ({ page }) => {
  // The scripts that the page itself names, as a browser would be sent them by a server that speaks gzip.
  const html = await (await page.request.get('/')).text()
  // What is marked noModule is for browsers of before 2018, and no other fetches it.
  const tags = (html.match(/<(?:script|link)\b[^>]*>/g) ?? []).filter((tag) => !/\bnomodule\b/i.test(tag))
  const named = new Set(tags.flatMap((tag) => /\b(?:src|href)="([^"]+\.js[^"]*)"/.exec(tag)?.[1]?.replaceAll('&amp;', '&') ?? []))
  const sizes = await Promise.all([...named].map((path) => bytesOnTheWire(new URL(path, process.env['BASEBOARD_URL']))))
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0)

  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  const scripts = new Set<string>()
  let untilIdle = 0
  client.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) untilIdle += encodedDataLength
  })
  await page.goto('/')
  await expect(page.getByRole('rowheader').first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  console.log(`fleet page: ${kilobytes(total)} of JavaScript in the ${named.size} files that it names; ${kilobytes(untilIdle)} until idle`)
  expect(named.size).toBeGreaterThan(3)
  expect(total).toBeLessThanOrEqual(200_000)
})

/** The size of a body as it crosses the network to who takes gzip. Below a kilobyte the server leaves it as it is. */
function bytesOnTheWire(url: URL): Promise<number> {
  return new Promise((done, fail) => {
    const asked = get(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      if (answer.statusCode !== 200) return fail(new Error(`${url.pathname}: ${answer.statusCode}`))
      let bytes = 0
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length))
      answer.on('end', () => done(bytes))
    })
    asked.on('error', fail)
  })
}
