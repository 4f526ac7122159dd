import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, type Page } from '@playwright/test'
import { call, readAudit, readNodes } from './calls.ts'
import { press, rowOf } from './people.ts'

type Told = { kind: string; range: string; site: string; rule: { name: string }; alerts: { node: string; evidence: { failure: string } }[] }

/** A chat room of ours: what it was told, in order. */
const told: { message: Told; headers: IncomingHttpHeaders }[] = []
let room: Server
let hook: string

test.beforeAll(async () => {
  room = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += String(piece)
    told.push({ message: JSON.parse(body) as Told, headers: request.headers })
    response.end('ok')
  })
  await new Promise<void>((listening) => room.listen(0, '127.0.0.1', listening))
  hook = `http://127.0.0.1:${(room.address() as AddressInfo).port}/s3cr3t-hook`
})

test.afterAll(async ({ browser }) => {
  const page = await browser.newPage()
  await page.goto('/alerts')
  for (const [list, of] of [['alert-rules', 'rules'], ['receivers', 'receivers'], ['silences', 'silences']] as const) {
    const { body } = await call<Record<string, { id: string }[]>>(page, 'GET', `/api/${list}`)
    for (const { id } of body[of] ?? []) await call(page, 'DELETE', `/api/${list}/${id}`)
  }
  await page.close()
  room.close()
  room.closeAllConnections()
})

/** The node of the demo whose BMC is not there. */
async function findDeadNode(page: Page): Promise<string> {
  await expect.poll(async () => (await readNodes(page)).some(({ bmc }) => bmc.failure?.kind === 'unreachable'), { timeout: 60_000 }).toBe(true)
  return (await readNodes(page)).find(({ bmc }) => bmc.failure?.kind === 'unreachable')!.name
}

test('a silent BMC is told to a webhook, is seen on the page, and is silenced', async ({ page }) => {
  await page.goto('/settings/alerts')
  const node = await findDeadNode(page)
  await expect(page.getByRole('button', { name: 'Use these rules' })).toHaveAttribute('aria-disabled', 'true')

  await press(page.getByRole('button', { name: 'New receiver' }))
  const receiver = page.getByRole('dialog', { name: 'New receiver' })
  await receiver.getByLabel('Name', { exact: true }).fill('our room')
  await receiver.getByLabel('Webhook address').fill(hook)
  await receiver.getByRole('button', { name: 'Save' }).click()
  await expect(receiver.getByText('This goes without TLS')).toBeVisible()
  await receiver.getByLabel('Allow without TLS').check()
  await receiver.getByRole('button', { name: 'Save' }).click()
  await expect(receiver).toBeHidden()
  await page.getByRole('button', { name: 'Send a test message' }).click()
  await expect(page.getByText('The test message to our room arrived')).toBeVisible({ timeout: 30_000 })
  expect(told.map(({ message }) => message.kind)).toEqual(['test'])
  await expect(page.getByRole('row', { name: /our room/ })).toContainText(/delivered/)

  await page.getByRole('button', { name: 'New rule' }).click()
  const rule = page.getByRole('dialog', { name: 'New rule' })
  await rule.getByLabel('Name', { exact: true }).fill('BMC silent')
  await rule.getByRole('combobox', { name: 'For', exact: true }).click()
  await page.getByRole('option', { name: 'at once' }).click()
  await rule.getByLabel('Nodes').fill(node)
  await expect(rule.getByText(`1 node now: ${node}`)).toBeVisible()
  await rule.getByRole('button', { name: 'Save' }).click()
  await expect(rule).toBeHidden()

  await expect.poll(() => told.length, { timeout: 60_000, message: 'the message' }).toBe(2)
  const { message, headers } = told[1]!
  expect(message).toMatchObject({ kind: 'firing', range: node, rule: { name: 'BMC silent' }, alerts: [{ node, evidence: { failure: 'unreachable' } }] })
  expect(message.site).toBe(new URL(page.url()).origin)
  expect(headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)

  await page.goto('/alerts')
  const group = page.getByRole('list', { name: 'What fires now' }).getByRole('listitem').filter({ hasText: 'BMC silent' }).first()
  await expect(group).toContainText('does not answer')
  await expect(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /Alerts/ })).toContainText('1')
  await press(group.getByRole('button', { name: 'Silence these nodes' }))
  const silence = page.getByRole('dialog', { name: 'Silence nodes' })
  await expect(silence.getByLabel('Nodes')).toHaveValue(node)
  await silence.getByLabel('Why').fill('a new board is on its way')
  await silence.getByRole('button', { name: 'Silence', exact: true }).click()
  await expect(silence).toBeHidden()
  await expect(page.getByRole('list', { name: 'Silences' })).toContainText('a new board is on its way')
  await expect(group).toContainText('silenced', { timeout: 30_000 })

  const deeds = (await readAudit(page, 'limit=50')).filter(({ actor }) => actor === 'ada').map(({ action, target }) => `${action} ${target}`)
  expect(deeds).toEqual(expect.arrayContaining(['receiver-create our room', 'receiver-test our room', 'alert-rule-create BMC silent', `silence-create ${node}`]))
  expect(JSON.stringify(await readAudit(page, 'limit=200'))).not.toContain('s3cr3t-hook')
})

test('a node that somebody works at says so on the fleet and on its page, and can be switched as ever', async ({ page }) => {
  await page.goto('/')
  const node = await findDeadNode(page)
  await press(rowOf(page, node).getByRole('checkbox'))
  await page.getByRole('button', { name: 'Maintenance' }).click()
  const dialog = page.getByRole('dialog', { name: 'Maintenance' })
  await dialog.getByLabel('What is done there').fill('new fans')
  await dialog.getByRole('button', { name: 'Begin maintenance' }).click()
  await expect(rowOf(page, node).getByRole('img', { name: 'In maintenance: new fans (ada)' })).toBeVisible()

  await page.goto(`/nodes/${node}`)
  const banner = page.getByText('In maintenance: new fans')
  await expect(banner).toBeVisible()
  expect((await call(page, 'POST', '/api/operations', { kind: 'power', action: 'On', nodes: [node] })).status).toBe(202)
  await press(page.getByRole('button', { name: 'Change or end' }))
  await page.getByRole('dialog', { name: 'Maintenance' }).getByRole('button', { name: 'End maintenance' }).click()
  await expect(banner).toBeHidden()
})
