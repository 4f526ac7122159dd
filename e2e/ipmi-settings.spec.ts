import { expect, test } from '@playwright/test'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { call, readAudit, type NodeWords } from './calls.ts'
import { press } from './people.ts'

/** BMCs of this process, so that a test can let one offer less than before. */
let rack: Rack
const added = ['fallen', 'keyed', 'odd']

test.beforeAll(async () => {
  rack = await startRack({ nodes: uniformRack(3, ['healthy', 'has-kg', 'opensesspriv'], ['ipmi']) })
})
test.afterAll(() => rack.close())

test.beforeEach(async ({ page }) => {
  await page.goto('/')
  for (const [index, name] of added.entries()) {
    const { address, ports, username, password } = rack.nodes[index]!.describe()
    const bmc = { address, protocol: 'ipmi', ports: { ipmi: ports.ipmi }, username, password }
    expect((await call(page, 'POST', '/api/nodes', { name, bmc })).status).toBe(201)
  }
})
test.afterEach(async ({ page }) => {
  for (const name of added) await call(page, 'DELETE', `/api/nodes/${name}`)
})

test('checklist 2: a BMC that offers less than before is let in only after an administrator has agreed on its page', async ({ page }) => {
  const node = rack.nodes[0]!
  const detail = async () => (await call<NodeWords & { cipherSuite: number | null }>(page, 'GET', '/api/nodes/fallen')).body
  await expect.poll(async () => (await detail()).cipherSuite, { timeout: 30_000 }).toBe(17)
  node.setFaults({ cipherSuites: [3] })
  node.restartBmc()
  await expect.poll(async () => (await detail()).bmc.failure?.kind, { timeout: 60_000 }).toBe('downgrade')
  await page.goto('/nodes/fallen/settings')
  await expect(page.getByText('has done a better IPMI cipher suite before than it offers now')).toBeVisible()
  const ipmi = page.getByRole('region', { name: 'IPMI', exact: true })
  await expect(ipmi.getByText('This BMC has done cipher suite 17 before and offers only weaker ones now.')).toBeVisible()
  await press(ipmi.getByRole('button', { name: 'Accept the weaker suite' }))
  await expect.poll(async () => (await detail()).bmc.state, { timeout: 30_000 }).toBe('ok')
  await expect.poll(async () => (await detail()).cipherSuite, { timeout: 30_000 }).toBe(3)
  const rows = await readAudit(page, 'node=fallen')
  expect(rows.map(({ action }) => action)).toContain('ipmi-downgrade')
  expect(rows.some(({ action, detail }) => action === 'node-change' && JSON.stringify(detail) === '{"bmc":{"cipherSuite":null}}')).toBe(true)
  await page.goto('/nodes/fallen/events')
  await expect(page.getByText(/^IPMI cipher suite fell back: /)).toBeVisible()
})

test('a key K_G and the suites are typed in, and what is stored is not shown', async ({ page }) => {
  await page.goto('/nodes/keyed/settings')
  const ipmi = page.getByRole('region', { name: 'IPMI', exact: true })
  const save = ipmi.getByRole('button', { name: 'Save' })
  await ipmi.getByLabel('BMC key K_G').fill('far too long a text for a key')
  await press(save)
  await expect(ipmi.getByText('Text of up to 20 bytes, or 0x and up to 40 hex digits, not all zeros')).toBeVisible()
  await ipmi.getByLabel('BMC key K_G').fill('0123456789abcdefghij')
  await ipmi.getByLabel('Cipher suites').fill('17, 0')
  await press(save)
  await expect(ipmi.getByText('One of these suites does not both encrypt and sign')).toBeVisible()
  await ipmi.getByLabel('Cipher suites').fill('17')
  await press(save)
  await expect(ipmi.getByText('Stored since')).toBeVisible({ timeout: 30_000 })
  await expect(ipmi.getByLabel('BMC key K_G')).toHaveValue('')
  const state = async () => (await call<NodeWords>(page, 'GET', '/api/nodes/keyed')).body.bmc.state
  await expect.poll(state, { timeout: 30_000 }).toBe('ok')
  await press(ipmi.getByRole('button', { name: 'Remove the key' }))
  await expect(ipmi.getByText('Stored since')).toBeHidden({ timeout: 30_000 })
  await expect.poll(state, { timeout: 60_000 }).toBe('failed')
})

test('a workaround that a login found to be needed is told, and others can be set', async ({ page }) => {
  const detail = async () => (await call<{ ipmi: { workarounds: string[] }; bmc: { endpoints: { facts: { workarounds?: string[] } }[] } }>(page, 'GET', '/api/nodes/odd')).body
  await expect.poll(async () => (await detail()).bmc.endpoints[0]?.facts.workarounds, { timeout: 40_000 }).toEqual(['opensesspriv'])
  await page.goto('/nodes/odd/settings')
  const ipmi = page.getByRole('region', { name: 'IPMI', exact: true })
  await expect(ipmi.getByText('found by the login')).toBeVisible()
  await ipmi.getByRole('checkbox', { name: 'solport' }).check()
  await press(ipmi.getByRole('button', { name: 'Save' }))
  await expect.poll(async () => (await detail()).ipmi.workarounds).toEqual(['solport'])
  await expect(ipmi.getByRole('checkbox', { name: 'solport' })).toBeChecked()
})

test('an administrator sends a command by its bytes, once it was looked at, and reads the answer in words', async ({ page }) => {
  await expect.poll(async () => (await call<NodeWords>(page, 'GET', '/api/nodes/odd')).body.bmc.state, { timeout: 30_000 }).toBe('ok')
  await page.goto('/nodes/odd/ipmi')
  const form = page.getByRole('region', { name: 'An IPMI command by its bytes' })
  const send = async (netFn: string, cmd: string, data = '') => {
    await form.getByLabel('Network function').fill(netFn)
    await form.getByLabel('Command', { exact: true }).fill(cmd)
    await form.getByLabel('Data', { exact: true }).fill(data)
    await press(form.getByRole('button', { name: 'Look at it' }))
    await page.getByRole('dialog', { name: 'Send this to odd?' }).getByRole('button', { name: 'Send the bytes' }).click()
  }
  await form.getByLabel('Network function').fill('07')
  await press(form.getByRole('button', { name: 'Look at it' }))
  await expect(form.getByText('One even byte in hexadecimal, 00 to 3e')).toBeVisible()
  // Get Device ID (IPMI 2.0 §20.1): eleven bytes at least.
  await send('06', '01')
  const answer = form.getByRole('status', { name: 'What came of it' })
  await expect(answer.getByText('done')).toBeVisible({ timeout: 30_000 })
  expect((await answer.locator('code').innerText()).split(' ').length).toBeGreaterThanOrEqual(11)
  // A command that there is not.
  await send('06', 'ee')
  await expect(answer.getByText('invalid command')).toBeVisible({ timeout: 30_000 })
  const rows = await readAudit(page, 'node=odd&action=ipmi')
  expect(rows.map(({ target, outcome }) => [target, outcome])).toEqual(expect.arrayContaining([['IPMI 06 01', 'ok'], ['IPMI 06 ee', 'failed']]))
  // An account is not changed by hand (Set User Password, §22.30).
  await send('06', '47', '02 00')
  await expect(answer.getByText('Baseboard does not send this by hand')).toBeVisible({ timeout: 30_000 })
})

test('a BMC itself is set only after a second question, and what is read back is shown', async ({ page }) => {
  await expect.poll(async () => (await call<NodeWords>(page, 'GET', '/api/nodes/odd')).body.bmc.state, { timeout: 30_000 }).toBe('ok')
  await page.goto('/nodes/odd/capabilities')
  const section = page.getByRole('region', { name: 'Set-up of the BMC' })
  await press(section.getByRole('button', { name: 'Read the set-up' }))
  await section.getByRole('button', { name: 'Switch off…' }).click({ timeout: 30_000 })
  const dialog = page.getByRole('dialog', { name: 'Switch serial over LAN of odd off' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()
  expect(await readAudit(page, 'node=odd&action=bmc-setup')).toEqual([])
  await section.getByRole('button', { name: 'Switch off…' }).click()
  await dialog.getByRole('button', { name: 'Switch serial over LAN of odd off' }).click()
  await expect(section.getByRole('button', { name: 'Switch on…' })).toBeVisible({ timeout: 30_000 })
  expect((await readAudit(page, 'node=odd&action=bmc-setup')).map(({ outcome }) => outcome)).toContain('ok')
})
