import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { call } from './calls.ts'
import { admin, adminState, nobody, press, signIn } from './people.ts'

const words = JSON.parse(readFileSync(new URL('../messages/en.json', import.meta.url), 'utf8')) as Record<string, unknown>

/** A key that has no words is shown by next-intl as its own path, e.g. `node.settings.address`. */
const missingKey = new RegExp(`\\b(${Object.keys(words).join('|')})\\.[a-z][A-Za-z]+`)

/** What a person reads on the page, without what is not ours to translate: names, models, figures. */
async function expectChinese(page: Page, ...seen: string[]): Promise<void> {
  for (const word of seen) await expect(page.getByText(word, { exact: true }).first()).toBeVisible()
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  expect(await page.locator('body').innerText()).not.toMatch(missingKey)
}

async function expectAllPages(page: Page): Promise<void> {
  await page.goto('/')
  await expectChinese(page, '节点', '电源')
  const { nodes } = (await call<{ nodes: { name: string }[] }>(page, 'GET', '/api/nodes')).body
  await page.goto(`/nodes/${nodes[0]!.name}`)
  await expectChinese(page, '传感器', '硬件')
  await page.goto(`/nodes/${nodes[0]!.name}/sensors`)
  await expectChinese(page, '传感器')
  await page.goto('/audit')
  await expectChinese(page, '审计')
  await page.goto('/alerts')
  await expectChinese(page, '告警', '静默')
  await page.goto('/operations')
  await expectChinese(page, '操作')
}

test('a browser that asks for Chinese gets Chinese, on every page', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'zh-CN', storageState: adminState })
  const page = await context.newPage()
  await expectAllPages(page)
  await context.close()

  const fresh = await browser.newContext({ locale: 'zh-CN', ...nobody })
  const stranger = await fresh.newPage()
  await stranger.goto('/sign-in')
  await expectChinese(stranger, '登录')
  await fresh.close()
})

test('the choice of this browser goes before what it asks for', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'en-GB', storageState: adminState })
  const page = await context.newPage()
  await page.goto('/settings/appearance')
  await press(page.getByRole('radio', { name: '简体中文' }))
  await expectChinese(page, '外观')
  expect((await context.cookies()).find(({ name }) => name === 'locale')?.value).toBe('zh-CN')
  await expectAllPages(page)
  await context.close()
})

test('English is for everyone else', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'fr-FR', ...nobody })
  const page = await context.newPage()
  await signIn(page, admin.name, admin.password)
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await context.close()
})
