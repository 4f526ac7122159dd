import { expect, test, type Page } from '@playwright/test'
import { enter, openConsole, rows } from '../console-page.ts'
import { acceptLink, admin, join, nobody, rowOf } from '../people.ts'
import { addRealNode, switchPower, withRealNode } from './real-node.ts'

const product = withRealNode()

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const isUp = new RegExp(`n1 is up, boot ${uuid}`)

/** Types a command until its answer shows: OpenIPMI joins the serial line of a machine that was started up to 10 s later. */
async function run(page: Page, command: string, answer: RegExp): Promise<void> {
  const tryOnce = async () => {
    await enter(page, command)
    await expect(rows(page)).toContainText(answer, { timeout: 4_000 })
  }
  await expect(tryOnce).toPass({ timeout: 120_000 })
}

/** The id of the boot that the console speaks with now: the kernel makes a new one at each. */
async function readBootId(page: Page, label: string): Promise<string> {
  // The shell puts the two halves together, so that the echo of what is typed is no answer.
  await run(page, `echo boo""t-${label} $(cat /proc/sys/kernel/random/boot_id)`, new RegExp(`boot-${label} ${uuid}`))
  return new RegExp(`boot-${label} (${uuid})`).exec(await rows(page).innerText())![1]!
}

test('a real machine boots, answers and reboots in the console, for two people, and all of it is in the audit', async ({ browser }) => {
  test.setTimeout(480_000)
  const { url, claimUrl } = product()
  const context = await browser.newContext({ ...nobody, baseURL: url })
  const page = await context.newPage()
  await acceptLink(page, claimUrl, admin)
  await addRealNode(page, 'vm1')
  await page.goto('/')
  await expect(rowOf(page, 'vm1')).toContainText('off', { timeout: 60_000 })

  await openConsole(page, 'vm1')
  await switchPower(page, 'vm1', 'On', 'Switch on vm1')
  await run(page, 'hostname', /hostname\s*n1/)
  const first = await readBootId(page, 'a')
  // The kernel's own reboot keeps the line, so that the whole boot is seen, whenever OpenIPMI had joined the first one.
  await enter(page, 'clear; reboot -f')
  await expect(rows(page)).toContainText(isUp, { timeout: 120_000 })
  const second = await readBootId(page, 'b')

  await switchPower(page, 'vm1', 'Power cycle', 'Power-cycle vm1')
  const third = await readBootId(page, 'c')
  expect(new Set([first, second, third]).size).toBe(3)
  await expect(page.getByRole('log').getByText(/Power cycle, asked by ada/)).toBeAttached()

  const { name: bobs, page: bob } = await join(browser, await context.newPage(), 'operator', 'bob')
  await openConsole(bob, 'vm1', url)
  await expect(bob.getByText('ada drives', { exact: true })).toBeVisible()
  await expect.poll(() => rows(bob).innerText()).toBe(await rows(page).innerText())
  await run(page, 'echo seen by""-two', /seen by-two/)
  await expect(rows(bob)).toContainText('seen by-two')

  await bob.close()
  await page.goto('/audit?node=vm1')
  type Row = { actor: string; action: string; outcome: string }
  const deeds = async () => {
    const { rows: audit } = (await (await page.request.get('/api/audit?node=vm1')).json()) as { rows: Row[] }
    return audit.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`)
  }
  await expect.poll(deeds).toEqual(expect.arrayContaining([`${admin.name} console-open ok`, `${bobs} console-open ok`, `${bobs} console-close ok`, `${admin.name} console-close ok`]))
  expect((await deeds()).filter((deed) => deed === `${admin.name} power ok`)).toHaveLength(2)
})
