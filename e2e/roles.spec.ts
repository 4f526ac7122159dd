import { expect, test } from '@playwright/test'
import { call, findHealthyNode, readAudit } from './calls.ts'
import { acceptLink, admin, chooseForPerson, invite, join, nobody, personRow, press, signIn, takeLink } from './people.ts'

const forceOff = (node: string) => ({ kind: 'power', action: 'ForceOff', nodes: [node] })

test('a viewer sees everything, changes nothing, and is told why', async ({ page, browser }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'redfish')
  const viewer = await join(browser, page, 'viewer', 'vera')

  await expect(viewer.page.getByRole('button', { name: 'Add node' })).toHaveCount(0)
  await viewer.page.goto('/?add')
  await expect(viewer.page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await expect(viewer.page.getByRole('dialog')).toHaveCount(0)

  await viewer.page.goto(`/nodes/${node}`)
  const power = viewer.page.getByRole('button', { name: 'Power', exact: true })
  await expect(power).toHaveAttribute('aria-disabled', 'true')
  await expect(power).toHaveAccessibleDescription('Your role (viewer) may not switch power.')
  await power.click({ force: true })
  await expect(viewer.page.getByRole('menu')).toHaveCount(0)

  await viewer.page.goto('/settings')
  await expect(viewer.page.getByRole('link', { name: 'Appearance', exact: true }).last()).toBeVisible()
  await expect(viewer.page.getByRole('link', { name: 'People' })).toHaveCount(0)
  await expect(viewer.page.getByRole('link', { name: 'Networks' })).toHaveCount(0)
  expect((await viewer.page.goto('/settings/users'))?.status()).toBe(404)

  const before = await readAudit(page, `node=${node}&action=power`)
  const answer = await call<{ code: string; message: string }>(viewer.page, 'POST', '/api/operations', forceOff(node))
  expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(answer.body.message).toContain('operator')
  const after = await readAudit(page, `node=${node}&action=power`)
  expect(after).toHaveLength(before.length + 1)
  expect(after[0]).toMatchObject({ actor: viewer.name, outcome: 'refused', target: 'ForceOff' })
  const { body } = await call<{ operations: { by: string }[] }>(page, 'GET', `/api/operations?node=${node}`)
  expect(body.operations.filter(({ by }) => by === viewer.name)).toEqual([])
  expect((await call(viewer.page, 'POST', '/api/invitations', { role: 'admin' })).status).toBe(403)
  expect((await call(viewer.page, 'DELETE', `/api/nodes/${node}`)).status).toBe(403)
  await viewer.context.close()
})

test('an operator may switch power, and may not edit a node', async ({ page, browser }) => {
  await page.goto('/')
  const node = await findHealthyNode(page, 'redfish')
  const operator = await join(browser, page, 'operator', 'olga')

  await expect(operator.page.getByRole('button', { name: 'Add node' })).toHaveCount(0)
  await operator.page.goto(`/nodes/${node}`)
  await press(operator.page.getByRole('button', { name: 'Power', exact: true }))
  await operator.page.getByRole('menuitem', { name: /^Power cycle/ }).click()
  const dialog = operator.page.getByRole('dialog', { name: `Power-cycle ${node}` })
  await expect(dialog.getByRole('button', { name: `Power-cycle ${node}` })).toBeEnabled()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await operator.page.goto(`/nodes/${node}/settings`)
  await expect(operator.page.getByText('Only administrators change a node.').first()).toBeVisible()
  await expect(operator.page.getByLabel('Address', { exact: true })).toBeDisabled()
  await expect(operator.page.getByRole('button', { name: 'Remove…' })).toHaveCount(0)
  expect(await call(operator.page, 'PATCH', `/api/nodes/${node}`, { rack: 'stolen' })).toMatchObject({ status: 403 })
  expect(await call(operator.page, 'GET', `/api/nodes/${node}`)).toMatchObject({ status: 200, body: { rack: 'demo' } })
  await operator.context.close()
})

test('a changed role holds at once: the open page ends, and the next request has the new role', async ({ page, browser }) => {
  const person = await join(browser, page, 'viewer', 'rolf')
  const node = (await call<{ nodes: { name: string }[] }>(page, 'GET', '/api/nodes')).body.nodes[0]!.name
  await chooseForPerson(page, person.name, 'operator')
  await expect(page.getByText(`${person.name} is now operator`)).toBeVisible()
  await expect(person.page.getByText('Your session has ended. Sign in to go on.')).toBeVisible()

  await signIn(person.page, person.name, person.password)
  await expect(person.page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await person.page.goto(`/nodes/${node}`)
  await expect(person.page.getByRole('button', { name: 'Power', exact: true })).not.toHaveAttribute('aria-disabled', 'true')
  expect(await call(person.page, 'GET', '/api/me')).toMatchObject({ status: 200, body: { role: 'operator' } })
  await person.context.close()
})

test('who is disabled is signed out at once, and refused until enabled again', async ({ page, browser }) => {
  const person = await join(browser, page, 'operator', 'dora')
  await chooseForPerson(page, person.name, 'Disable')
  await page.getByRole('dialog', { name: `Disable ${person.name}` }).getByRole('button', { name: 'Disable', exact: true }).click()
  await expect(personRow(page, person.name)).toContainText('disabled')
  await expect(person.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect((await call(person.page, 'GET', '/api/nodes')).status).toBe(401)

  await signIn(person.page, person.name, person.password)
  await expect(person.page.getByText('User name or password is wrong.')).toBeVisible()
  await chooseForPerson(page, person.name, 'Enable')
  await expect(personRow(page, person.name)).toContainText('active')
  await signIn(person.page, person.name, person.password)
  await expect(person.page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await person.context.close()
})

test('a password is reset by a link that works once; the old one and the open sessions end', async ({ page, browser }) => {
  const person = await join(browser, page, 'viewer', 'paul')
  await chooseForPerson(page, person.name, 'Make a password link')
  const link = await takeLink(page)

  const elsewhere = await browser.newContext(nobody)
  const fresh = await elsewhere.newPage()
  await acceptLink(fresh, link, { password: 'a wholly new password' })
  await expect(person.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await signIn(person.page, person.name, person.password)
  await expect(person.page.getByText('User name or password is wrong.')).toBeVisible()
  await signIn(person.page, person.name, 'a wholly new password')
  await expect(person.page.getByRole('heading', { name: 'Fleet' })).toBeVisible()

  const second = await elsewhere.newPage()
  await second.goto(link)
  await expect(second.getByText('This link does not work')).toBeVisible()
  await Promise.all([person.context.close(), elsewhere.close()])
})

test('the last administrator stays one', async ({ page }) => {
  await page.goto('/settings/users')
  await press(page.getByRole('button', { name: `Actions for ${admin.name}` }))
  const viewer = page.getByRole('menuitemcheckbox', { name: /^viewer/ })
  await expect(viewer).toBeDisabled()
  await expect(viewer).toContainText('The last administrator stays one.')
  await expect(page.getByRole('menuitem', { name: /^Disable/ })).toBeDisabled()

  const { users } = (await call<{ users: { id: string; name: string; role: string }[] }>(page, 'GET', '/api/users')).body
  const me = users.find(({ name }) => name === admin.name)!
  const stepDown = await call(page, 'PATCH', `/api/users/${me.id}`, { role: 'viewer' })
  expect(stepDown).toMatchObject({ status: 409, body: { code: 'last-administrator' } })
  expect(await call(page, 'PATCH', `/api/users/${me.id}`, { disabled: true })).toMatchObject({ status: 409 })
  expect(await call(page, 'GET', '/api/me')).toMatchObject({ status: 200, body: { role: 'admin' } })
})

test('an invitation that was withdrawn works no more', async ({ page, browser }) => {
  const link = await invite(page, 'operator')
  await page.getByRole('row').filter({ hasText: 'new operator' }).first().getByRole('button', { name: 'Withdraw' }).click()
  await expect(page.getByText('The link no longer works')).toBeVisible()
  const context = await browser.newContext(nobody)
  const stranger = await context.newPage()
  await stranger.goto(link)
  await expect(stranger.getByText('This link does not work')).toBeVisible()
  await context.close()
})
