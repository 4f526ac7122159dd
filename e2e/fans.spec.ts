import { expect, test, type Page } from '@playwright/test'
import { call, readAudit, readNodes } from './calls.ts'
import { join, press } from './people.ts'

type Fans = { control: { profile: string; zones: { id: string }[] } | null; reading: { temperatures: { key: string }[] } | null; standing: { state: string; duties: Record<string, number> | null; isBegun: boolean } | null }

const readFans = async (page: Page, node: string) => (await call<Fans>(page, 'GET', `/api/nodes/${node}/fans`)).body

/** A node of the demo's rack that takes a duty, once its fans have been read. */
async function findNode(page: Page): Promise<string> {
  let found: string | undefined
  await expect
    .poll(
      async () => {
        for (const { name, power, bmc } of (await readNodes(page)).filter((one) => /^n\d+$/.test(one.name))) {
          if (power.state !== 'on' || bmc.state !== 'ok') continue
          const { control, reading } = await readFans(page, name)
          if (control?.profile === 'supermicro-x10-x13' && reading !== null && reading.temperatures.length > 0) found = name
        }
        return found
      },
      { timeout: 150_000, intervals: [1_000], message: 'a node that takes a duty' },
    )
    .toBeDefined()
  return found!
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await press(page.getByRole('combobox', { name: label }))
  await page.getByRole('option', { name: option }).click()
}

test('an operator holds the fans at a duty, then by a curve, and gives them back', async ({ page, browser }) => {
  test.setTimeout(300_000)
  await page.goto('/')
  const node = await findNode(page)
  const operator = await join(browser, page, 'operator', 'fanny')
  const of = operator.page
  await of.goto(`/nodes/${node}/fans`)
  await expect(of.getByRole('table', { name: 'Fans' }).getByRole('row')).not.toHaveCount(1)

  await choose(of, 'What the fans shall do', 'Fixed duty')
  await expect(of.getByText('nothing reaches this BMC: the fans stay at the last duty')).toBeVisible()
  await of.getByRole('textbox', { name: 'Percent' }).fill('10')
  await expect(of.getByText('20 % is the least').last()).toBeVisible()
  await of.getByRole('textbox', { name: 'Percent' }).fill('60')
  await of.getByRole('button', { name: 'Apply' }).click()
  await expect(of.getByText('Held by Baseboard').first()).toBeVisible({ timeout: 60_000 })
  await expect(of.getByRole('table', { name: 'Fans' }).getByRole('cell', { name: '60 %' }).first()).toBeVisible({ timeout: 40_000 })

  await choose(of, 'What the fans shall do', 'Curve')
  await of.getByRole('textbox', { name: 'Point 1, duty in percent' }).fill('70')
  await of.getByRole('textbox', { name: 'Point 2, duty in percent' }).fill('65')
  await expect(of.getByText('Must be no slower than the point before')).toBeVisible()
  await of.getByRole('textbox', { name: 'Point 2, duty in percent' }).fill('75')
  await of.getByRole('button', { name: 'Apply' }).click()
  await expect.poll(async () => Math.min(...Object.values((await readFans(of, node)).standing?.duties ?? { none: 0 })), { timeout: 60_000 }).toBeGreaterThanOrEqual(70)

  await of.getByRole('button', { name: 'Back to automatic' }).click()
  await expect.poll(async () => (await readFans(of, node)).standing, { timeout: 60_000 }).toMatchObject({ state: 'set', isBegun: true })
  await expect(of.getByText('The BMC steers').first()).toBeVisible()

  const told = (await readAudit(page, `node=${node}&action=fans&limit=100`)).toReversed()
  expect(told.slice(0, 2)).toMatchObject([
    { actor: operator.name, outcome: 'intent', target: 'fixed', detail: { order: { duties: { cpu: 60, peripheral: 60 } } } },
    { actor: operator.name, outcome: 'ok', target: 'fixed' },
  ])
  expect(told.at(-1)).toMatchObject({ outcome: 'ok', target: 'automatic' })
  await operator.context.close()
})

test('a viewer sees the fans and cannot change them; of one that was never probed nothing is known', async ({ page, browser }) => {
  test.setTimeout(240_000)
  await page.goto('/')
  const node = await findNode(page)
  const viewer = await join(browser, page, 'viewer', 'vera')
  await viewer.page.goto(`/nodes/${node}/fans`)
  await expect(viewer.page.getByRole('button', { name: 'Back to automatic' })).toHaveAttribute('aria-disabled', 'true')
  await expect(viewer.page.getByRole('button', { name: 'Apply' })).toHaveAttribute('aria-disabled', 'true')
  expect((await call(viewer.page, 'PATCH', `/api/nodes/${node}/fans`, { policy: { kind: 'automatic' } })).status).toBe(403)
  const without = (await readNodes(page)).find(({ name, bmc }) => /^n\d+$/.test(name) && bmc.state !== 'ok')!.name
  await viewer.page.goto(`/nodes/${without}/fans`)
  await expect(viewer.page.getByText('What this BMC takes for its fans is not known yet')).toBeVisible()
  await viewer.context.close()
})
