import { expect, test, type Locator, type Page } from '@playwright/test'
import { startRack, type Rack } from '#simulator/rack.ts'
import { uniformRack } from '#simulator/rack-plan.ts'
import { call, type NodeWords } from './calls.ts'
import { press, rowOf } from './people.ts'
import { freePort } from './product.ts'
import { startChatterbox, startWebServer } from './strange-peers.ts'

/** A second rack, of this process: what is added here is not of the demo, and is taken out again. */
let rack: Rack

test.beforeAll(async () => {
  rack = await startRack({ nodes: uniformRack(2, ['healthy'], ['redfish', 'ipmi']) })
})

test.afterAll(async () => {
  await rack.close()
})

/** What a test that failed half-way would leave to the others. */
test.afterEach(async ({ page }) => {
  for (const name of ['lab7', 'renewed']) await call(page, 'DELETE', `/api/nodes/${name}`)
})

type Typed = { name?: string; address: string; protocol?: 'Redfish' | 'IPMI'; redfish?: number; ipmi?: number; password?: string }

/** Opens the form for a new node and types into it, as far as given. */
async function fillForm(page: Page, { name = 'new1', address, protocol, redfish, ipmi, password = 'secret' }: Typed): Promise<Locator> {
  await page.goto('/')
  await press(page.getByRole('button', { name: 'Add node' }).first())
  const form = page.getByRole('dialog', { name: 'Add node' })
  await form.getByLabel('Name', { exact: true }).fill(name)
  await form.getByLabel('BMC address').fill(address)
  await form.getByLabel('User', { exact: true }).fill('admin')
  await form.getByLabel('Password', { exact: true }).fill(password)
  if (protocol !== undefined) {
    await form.getByRole('combobox', { name: 'Protocol' }).click()
    await page.getByRole('option', { name: protocol, exact: true }).click()
  }
  await form.getByText('Ports', { exact: true }).click()
  if (redfish !== undefined) await form.getByLabel('Redfish port').fill(String(redfish))
  if (ipmi !== undefined) await form.getByLabel('IPMI port').fill(String(ipmi))
  return form
}

/** Presses Test and waits for the sentence. */
async function expectSentence(form: Locator, ...sentences: string[]): Promise<void> {
  await form.getByRole('button', { name: 'Test' }).click()
  await expect(form.getByText('Nothing that can be used')).toBeVisible()
  for (const sentence of sentences) await expect(form.getByText(sentence)).toBeVisible()
}

const wordsOf = (endpoints: readonly { protocol: string; state: string }[]) =>
  endpoints.map(({ protocol, state }) => `${protocol} ${state}`).sort()

const portsOf = (node: string) => rack.node(node).describe().ports

test.describe('a test that finds nothing says why, and names the address', () => {
  test('a wrong password', async ({ page }) => {
    const { redfish, ipmi } = portsOf('n1')
    const form = await fillForm(page, { address: '127.0.0.1', redfish, ipmi, password: 'not the password' })
    await expectSentence(form, ...[redfish, ipmi].map((port) => `127.0.0.1:${port} refused the user or the password.`))
  })

  test('a port on which nothing listens', async ({ page }) => {
    const port = await freePort()
    const form = await fillForm(page, { address: '127.0.0.1', protocol: 'Redfish', redfish: port })
    await expectSentence(form, `127.0.0.1:${port} is there, but refuses the connection: nothing listens on this port.`)
  })

  test('a BMC that is silent', async ({ page }) => {
    rack.node('n2').setPersona('unreachable')
    const { ipmi } = portsOf('n2')
    const form = await fillForm(page, { address: '127.0.0.1', protocol: 'IPMI', ipmi })
    await expectSentence(form, `127.0.0.1:${ipmi} does not answer.`)
    rack.node('n2').setPersona('healthy')
  })

  test('an address outside the allowed networks', async ({ page }) => {
    const form = await fillForm(page, { address: '10.99.0.1' })
    await form.getByRole('button', { name: 'Test' }).click()
    await expect(form.getByText('10.99.0.1 lies outside the networks in which nodes may lie.')).toBeVisible()
    await form.getByRole('button', { name: 'Add node' }).click()
    await expect(form.getByText('10.99.0.1 lies outside the networks in which nodes may lie.')).toBeVisible()
    expect((await call(page, 'GET', '/api/nodes/new1')).status).toBe(404)
  })

  test('something that is not a BMC, over TLS and over UDP', async ({ page }) => {
    const [printer, chatterbox] = await Promise.all([startWebServer(), startChatterbox()])
    try {
      const form = await fillForm(page, { address: '127.0.0.1', redfish: printer.port, ipmi: chatterbox.port })
      await expectSentence(form, ...[printer, chatterbox].map(({ port }) => `127.0.0.1:${port} answers, but not as a BMC.`))
    } finally {
      await Promise.all([printer.close(), chatterbox.close()])
    }
  })
})

test('the API: a probe is taken with 202 and answered by the conductor', async ({ page }) => {
  await page.goto('/')
  const bmc = { address: '127.0.0.1', ports: portsOf('n1'), username: 'admin', password: 'secret' }
  const asked = await call<{ id: string }>(page, 'POST', '/api/probes', bmc)
  expect(asked.status).toBe(202)
  type Probe = { state: string; result: { failure: unknown; endpoints: { protocol: string; state: string }[] } | null }
  const probe = async () => (await call<Probe>(page, 'GET', `/api/probes/${asked.body.id}`)).body
  await expect.poll(async () => (await probe()).state).toBe('done')
  const { result } = await probe()
  expect(result?.failure).toBeNull()
  expect(wordsOf(result?.endpoints ?? [])).toEqual(['ipmi ok', 'redfish ok'])
  expect(await call(page, 'POST', '/api/probes', { ...bmc, extra: 1 })).toMatchObject({ status: 400 })
})

test('a node is added by the form, keeps both protocols, is edited, and is removed when its name is typed', async ({ page }) => {
  const { redfish, ipmi } = portsOf('n1')
  const form = await fillForm(page, { name: 'lab7', address: '127.0.0.1', redfish, ipmi })
  await form.getByRole('button', { name: 'Test' }).click()
  await expect(form.getByText('Found', { exact: true })).toBeVisible()
  await form.getByRole('button', { name: 'Add node' }).click()
  await expect(page).toHaveURL(/\/nodes\/lab7$/)
  const bmc = page.getByRole('region', { name: 'BMC', exact: true })
  await expect(bmc.getByText(/^Redfish 1\./)).toBeVisible()
  await expect(bmc.getByText(/^IPMI 2\.0, suite 17/)).toBeVisible()
  const read = async () => (await call<NodeWords>(page, 'GET', '/api/nodes/lab7')).body.bmc
  await expect.poll(async () => wordsOf((await read()).endpoints)).toEqual(['ipmi ok', 'redfish ok'])

  // A function that its Redfish lacks goes by IPMI, and what neither has says why.
  const capabilities = async () => (await call<NodeWords & { capabilities: { unread?: string[] } | null }>(page, 'GET', '/api/nodes/lab7')).body.capabilities
  await expect.poll(async () => (await capabilities()) !== null && (await capabilities())?.unread === undefined, { timeout: 30_000 }).toBe(true)
  await page.getByRole('link', { name: 'Capabilities' }).click()
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('cell', { name, exact: true }) })
  await expect(row('Power cycle')).toContainText('IPMI')
  await expect(row('Virtual media')).toContainText(/yes.*Redfish.*VirtualMedia1.*InsertMedia/)
  await expect(row('Power cap')).toContainText(/yes.*IPMI.*limit none set/)

  // Another machine at another port: without the password again, nobody could be sure that we may log in there.
  const other = portsOf('n2')
  await page.goto('/nodes/lab7/settings')
  await page.getByLabel('Redfish port').fill(String(other.redfish))
  await page.getByLabel('IPMI port').fill(String(other.ipmi))
  await expect(page.getByText('enter the password again')).toBeVisible()
  const bmcForm = page.locator('form').filter({ has: page.getByLabel('Redfish port') })
  const save = bmcForm.getByRole('button', { name: 'Save' })
  await save.click()
  await expect(page.getByText('The password is needed.')).toBeVisible()
  const withoutPassword = await call(page, 'PATCH', '/api/nodes/lab7', { bmc: { ports: other } })
  expect(withoutPassword).toMatchObject({ status: 422, body: { code: 'password-needed' } })
  await page.getByLabel('Password', { exact: true }).fill('secret')
  await save.click()
  // The certificate was pinned at this address: that another machine is meant must be said too.
  await page.getByRole('button', { name: 'Trust the new certificate' }).click({ timeout: 30_000 })
  await expect.poll(async () => (await read()).state, { timeout: 45_000 }).toBe('ok')
  await page.goto('/nodes/lab7')
  await expect(page.getByText(rack.node('n2').machine.identity.serial).filter({ visible: true }).first()).toBeVisible()

  await page.goto('/nodes/lab7/settings')
  await press(page.getByRole('button', { name: 'Remove…' }))
  const dialog = page.getByRole('dialog', { name: 'Remove lab7' })
  const confirm = dialog.getByRole('button', { name: 'Remove lab7' })
  await dialog.getByLabel('Type lab7 to go on').fill('lab')
  await expect(confirm).toBeDisabled()
  await dialog.getByLabel('Type lab7 to go on').fill('lab7')
  await confirm.click()
  await expect(page.getByText('lab7 was removed')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await expect(rowOf(page, 'lab7')).toHaveCount(0)
})

test('a BMC that shows another certificate is not spoken to until an administrator trusts it', async ({ page }) => {
  let renewed = await startRack({ nodes: uniformRack(1, ['healthy'], ['redfish']) })
  const description = renewed.describe()
  const port = description.nodes[0]!.ports.redfish!
  try {
    await page.goto('/')
    const bmc = { address: '127.0.0.1', protocol: 'redfish', port, username: 'admin', password: 'secret' }
    expect((await call(page, 'POST', '/api/nodes', { name: 'renewed', bmc })).status).toBe(201)
    const state = async () => (await call<NodeWords>(page, 'GET', '/api/nodes/renewed')).body.bmc
    await expect.poll(async () => (await state()).state).toBe('ok')

    await renewed.close()
    renewed = await startRack({ nodes: uniformRack(1, ['healthy'], ['redfish']), previous: description })
    expect(renewed.describe().nodes[0]!.ports.redfish).toBe(port)
    await expect.poll(async () => (await state()).failure?.kind, { timeout: 45_000 }).toBe('certificate')
    const sentence = `127.0.0.1:${port} shows another certificate than the one that was trusted. Nothing was sent to it.`
    await page.goto('/nodes/renewed/settings')
    await expect(page.getByText(sentence).first()).toBeVisible()
    await press(page.getByRole('button', { name: 'Probe again' }))
    await expect(page.getByText(sentence)).toHaveCount(2)

    await page.getByRole('button', { name: 'Trust the new certificate' }).click()
    await expect.poll(async () => (await state()).state, { timeout: 45_000 }).toBe('ok')
    await page.reload()
    await expect(page.getByRole('button', { name: 'Forget the certificate' })).toBeVisible()
    await expect(page.getByText('shows another certificate')).toHaveCount(0)

    const probedAt = async () => (await call<NodeWords>(page, 'GET', '/api/nodes/renewed')).body.capabilities?.probedAt
    const before = await probedAt()
    await page.goto('/nodes/renewed/capabilities')
    await press(page.getByRole('button', { name: 'Probe again' }))
    await expect(page.getByRole('status').filter({ hasText: 'Found' })).toBeVisible({ timeout: 20_000 })
    await expect.poll(probedAt).not.toBe(before)
    await expect(page.getByRole('row', { name: /Virtual media/ })).toContainText('InsertMedia')
  } finally {
    await renewed.close()
  }
})
