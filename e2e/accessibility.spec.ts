import axe from 'axe-core'
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { makeIso } from '../lib/media/testing/make-iso.ts'
import { findHealthyNode } from './calls.ts'
import { adminState, isAlive, nobody, press } from './people.ts'

type Complaints = string[]

/** Gathers what the browser holds against a page: violations of its content security policy, errors of its scripts. */
function watch(page: Page): Complaints {
  const complaints: Complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${new URL(page.url()).pathname}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`${new URL(page.url()).pathname}: ${error.message}`))
  return complaints
}

const reportViolations = () =>
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`)
  })

/** What axe finds that is serious or critical, one line each. It is evaluated from outside: the page's policy lets no script of ours in. */
async function audit(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    type Found = { id: string; impact?: string | null; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }
    const { run } = (window as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: Found[] }> } }).axe
    const { violations } = await run(document, { resultTypes: ['violations'] })
    const where = ({ target, failureSummary: why = '' }: Found['nodes'][number]) => `${target.join(' ')} (${why.split('\n')[1]?.trim()})`
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(where).join(' | ')}`)
  })
}

type Visit = { name: string; path: (node: string) => string; ready: (page: Page) => Promise<void> }

const heading = (name: string | RegExp) => (page: Page) => expect(page.getByRole('heading', { name }).first()).toBeVisible()

const visits: Visit[] = [
  { name: 'fleet', path: () => '/', ready: (page) => expect(page.getByRole('rowheader').first()).toBeVisible() },
  {
    name: 'add-node dialog',
    path: () => '/?add',
    ready: (page) => expect(page.getByRole('dialog', { name: 'Add node' })).toBeVisible(),
  },
  { name: 'node overview', path: (node) => `/nodes/${node}`, ready: heading('Hardware') },
  {
    name: 'node sensors',
    path: (node) => `/nodes/${node}/sensors`,
    ready: (page) => expect(page.getByRole('columnheader').first()).toBeVisible(),
  },
  {
    name: 'node Redfish',
    path: (node) => `/nodes/${node}/redfish?path=/redfish/v1/Systems`,
    ready: (page) => expect(page.getByRole('treeitem').first()).toBeVisible(),
  },
  {
    name: 'change by hand',
    path: (node) => `/nodes/${node}/redfish`,
    async ready(page) {
      await press(page.getByRole('button', { name: 'Change…' }))
      await expect(page.getByLabel('Body, as JSON')).toBeVisible()
    },
  },
  { name: 'IPMI by its bytes', path: (node) => `/nodes/${node}/ipmi`, ready: heading('An IPMI command by its bytes') },
  { name: 'node capabilities', path: (node) => `/nodes/${node}/capabilities`, ready: heading('Set-up of the BMC') },
  { name: 'node settings', path: (node) => `/nodes/${node}/settings`, ready: heading('General') },
  {
    name: 'power dialog',
    path: (node) => `/nodes/${node}`,
    async ready(page) {
      await press(page.getByRole('button', { name: 'Power', exact: true }))
      await page.getByRole('menuitem', { name: /^Force off/ }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
  { name: 'alerts', path: () => '/alerts', ready: heading('Silences') },
  { name: 'alert settings', path: () => '/settings/alerts', ready: (page) => expect(page.getByText('Health is critical').first()).toBeVisible() },
  { name: 'audit', path: () => '/audit', ready: (page) => expect(page.getByRole('button', { expanded: false }).last()).toBeVisible() },
  {
    name: 'images',
    path: () => '/images',
    async ready(page) {
      await isAlive(page.getByRole('button', { name: 'Upload', exact: true }).first())
      if (!(await page.getByRole('table', { name: 'Images' }).isVisible())) await page.locator('input[type=file]').setInputFiles([{ name: 'seen.iso', mimeType: '', buffer: makeIso({ platforms: [] }) }, { name: 'noise.iso', mimeType: '', buffer: Buffer.alloc(400_000) }])
      await expect(page.getByText('not bootable')).toBeVisible()
      await expect(page.getByText('It is neither ISO 9660 nor UDF')).toBeVisible()
    },
  },
  {
    name: 'fetching an image',
    path: () => '/images',
    async ready(page) {
      await press(page.getByRole('button', { name: 'Fetch by URL' }))
      await expect(page.getByLabel('Expected SHA-256')).toBeVisible()
    },
  },
  { name: 'power', path: () => '/power', ready: (page) => expect(page.getByRole('rowheader').first()).toBeVisible() },
  { name: 'operations', path: () => '/operations', ready: heading('Operations') },
  {
    name: 'people',
    path: () => '/settings/users',
    ready: (page) => expect(page.getByRole('button', { name: /^Actions for/ }).first()).toBeVisible(),
  },
  { name: 'networks', path: () => '/settings/networks', ready: heading(/Management networks|Settings/) },
  { name: 'appearance', path: () => '/settings/appearance', ready: (page) => expect(page.getByRole('radio').first()).toBeVisible() },
  { name: 'about', path: () => '/settings/about', ready: heading('Settings') },
]

type Opened = { context: BrowserContext; page: Page; complaints: Complaints }

async function open(browser: Browser, colorScheme: 'dark' | 'light', state: object): Promise<Opened> {
  // Things that are half faded in have no contrast to speak of.
  const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce', ...state })
  await context.addInitScript(reportViolations)
  const page = await context.newPage()
  return { context, page, complaints: watch(page) }
}

/** Nothing moves any more but what never stops. */
const isAtRest = () =>
  document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity)

for (const scheme of ['dark', 'light'] as const) {
  test(`every page, ${scheme}: nothing serious for axe, no violation of the policy, nothing kept in the browser`, async ({ browser }) => {
    test.setTimeout(180_000)
    const stranger = await open(browser, scheme, nobody)
    await stranger.page.goto('/sign-in')
    await expect(stranger.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    expect.soft(await audit(stranger.page), 'sign-in').toEqual([])
    expect.soft(stranger.complaints).toEqual([])
    await stranger.context.close()

    const { context, page, complaints } = await open(browser, scheme, { storageState: adminState })
    await page.goto('/')
    const node = await findHealthyNode(page, 'redfish')
    for (const { name, path, ready } of visits) {
      await test.step(name, async () => {
        await page.goto(path(node))
        await ready(page)
        await page.waitForFunction(isAtRest)
        expect.soft(await audit(page), name).toEqual([])
        // The page scrolls, and not the document around it, into which it would leave with its rail.
        expect.soft(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight), `${name}: higher than the window`).toBeLessThanOrEqual(0)
        const kept = await page.evaluate(() => [localStorage, sessionStorage].flatMap((storage) => Object.entries(storage)))
        expect.soft(kept, `${name}: kept in the browser`).toEqual([])
      })
    }
    expect(complaints).toEqual([])
    const readable = await page.evaluate(() => document.cookie)
    expect(readable).not.toMatch(/session|token/i)
    await context.close()
  })
}
