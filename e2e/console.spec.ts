import { readFileSync } from 'node:fs'
import { expect, test, type APIRequestContext, type Page } from '@playwright/test'
import { openSession } from '#lib/ipmi/connect.ts'
import { openSol } from '#lib/ipmi/sol/open.ts'
import { enter, openConsole, pill, rows, terminal } from './console-page.ts'
import { join } from './people.ts'

const minute = 60_000
test.setTimeout(4 * minute)

type Detail = { bmc: { address: string; endpoints: { protocol: string; port: number }[] } }
type Told = { name: string; power: { state: string }; health: { level: string }; bmc: { via: string | null; latencyMs: number | null } }

/** A node that is on, well and quick, by whichever protocol is asked for. */
async function quickNode(request: APIRequestContext, via: string): Promise<string> {
  let found: string | undefined
  const look = async () => {
    const { nodes } = (await (await request.get('/api/nodes')).json()) as { nodes: Told[] }
    const isWell = ({ power, health }: Told) => power.state === 'on' && health.level === 'ok'
    found = nodes.find((node) => isWell(node) && node.bmc.via === via && (node.bmc.latencyMs ?? 0) < 300)?.name
    return found
  }
  await expect.poll(look, { timeout: 2 * minute }).toBeDefined()
  return found!
}

/** At the shell's prompt, whatever the console showed before. */
async function logIn(page: Page): Promise<void> {
  await page.keyboard.press('Control+c')
  await page.keyboard.press('Enter')
  await expect(rows(page)).toContainText(/(login: |# )\s*$/, { timeout: 30_000 })
  if (/# \s*$/.test(await rows(page).innerText())) return
  await enter(page, 'root')
  await expect(rows(page)).toContainText(/Password: \s*$/)
  await enter(page, 'secret')
  await expect(rows(page)).toContainText(/# \s*$/)
}

/** All that the terminal keeps, as its download gives it. */
async function readLog(page: Page): Promise<string> {
  const arriving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download the log' }).click()
  return readFileSync(await (await arriving).path(), 'utf8')
}

/** The lines of a log after the last time that a command was echoed. */
const linesAfter = (log: string, command: string) => log.slice(log.lastIndexOf(command) + command.length).split('\n')

for (const via of ['redfish', 'ipmi']) {
  test(`log in over ${via}, run a command, send Break and SysRq`, async ({ page }) => {
    const name = await quickNode(page.request, via)
    await openConsole(page, name)
    await logIn(page)
    await enter(page, 'hostname')
    await expect(rows(page)).toContainText(new RegExp(`hostname\\s*${name}`))

    await page.getByRole('button', { name: 'Break', exact: true }).click()
    await expect(page.locator('.console-mark')).toContainText(['Break sent by ada'])
    await page.getByRole('button', { name: 'SysRq' }).click()
    await page.getByRole('menuitem', { name: /help: list the keys/ }).click()
    await expect(rows(page)).toContainText('sysrq: HELP')

    await page.goto(`/audit?node=${name}`)
    for (const [word, outcome] of [['Opening of a console', 'asked'], ['Opening of a console', 'done'], ['Break sent', 'done'], ['SysRq sent', 'done']] as const) {
      await expect(page.getByRole('row').filter({ hasText: word }).filter({ hasText: outcome }).first()).toContainText('ada')
    }
  })
}

test('a reload in the middle of output loses and doubles no line', async ({ page }) => {
  const name = await quickNode(page.request, 'ipmi')
  await openConsole(page, name)
  await logIn(page)
  await enter(page, 'seq 1 500')
  await page.reload()
  await expect(pill(page)).toHaveAttribute('data-state', 'open', { timeout: 30_000 })
  await expect(rows(page)).toContainText(/500\s*root@\S+# \s*$/, { timeout: 30_000 })
  const numbers = linesAfter(await readLog(page), 'seq 1 500').filter((line) => /^\d+$/.test(line))
  expect(numbers).toEqual(Array.from({ length: 500 }, (_, index) => String(index + 1)))
})

test('a broken line comes back by itself to where it was', async ({ page }) => {
  const name = await quickNode(page.request, 'ipmi')
  const addresses: string[] = []
  page.on('websocket', (socket) => addresses.push(new URL(socket.url()).search))
  await page.addInitScript(() => {
    const sockets: WebSocket[] = []
    Object.assign(window, { sockets })
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        sockets.push(this)
      }
    }
  })
  await openConsole(page, name)
  await logIn(page)
  await enter(page, 'seq 1 400')
  await page.evaluate(() => (window as unknown as { sockets: WebSocket[] }).sockets.at(-1)!.close())
  await expect.poll(() => addresses.length).toBe(2)
  await expect(rows(page)).toContainText(/400\s*root@\S+# \s*$/, { timeout: 30_000 })
  expect(addresses.at(-1)).toMatch(/^\?stream=[0-9a-f]+&offset=\d+&mark=\d+$/)
  const numbers = linesAfter(await readLog(page), 'seq 1 400').filter((line) => /^\d+$/.test(line))
  expect(numbers).toEqual(Array.from({ length: 400 }, (_, index) => String(index + 1)))
})

test('a second person sees the same screen and takes over, the first is told by whom; a viewer sees none', async ({ page, browser }) => {
  const name = await quickNode(page.request, 'redfish')
  const bob = await join(browser, page, 'operator', 'bob')
  const eve = await join(browser, page, 'viewer', 'eve')
  await openConsole(page, name)
  await logIn(page)
  await enter(page, 'echo the same for $USER')
  await expect(page.getByText('You drive', { exact: true })).toBeVisible()

  await openConsole(bob.page, name)
  await expect(bob.page.getByText('ada drives', { exact: true })).toBeVisible()
  await expect.poll(() => rows(bob.page).innerText()).toBe(await rows(page).innerText())
  await bob.page.keyboard.type('x')
  await expect(bob.page.getByRole('region', { name: 'Notices' }).getByText('Not sent: ada drives')).toBeVisible()

  await bob.page.getByRole('button', { name: 'Take over', exact: true }).click()
  await expect(page.getByText(`${bob.name} took over from you`)).toBeVisible()
  await expect(bob.page.getByText('You drive', { exact: true })).toBeVisible()
  await expect(page.getByText(`${bob.name} drives`, { exact: true })).toBeVisible()
  await enter(bob.page, 'echo bob types')
  await expect(rows(page)).toContainText('bob types')
  await expect(page.locator('.console-mark').last()).toContainText(`${bob.name} took over from ada`)

  await eve.page.goto(`/nodes/${name}/console`)
  await expect(eve.page.getByText(/Consoles are not for your role/)).toBeVisible()
  await expect(eve.page.locator('.xterm')).toHaveCount(0)
  expect((await eve.page.request.post(`/api/nodes/${name}/console`, { data: {} })).status()).toBe(403)
  await bob.context.close()
  await eve.context.close()
})

test('a program outside that took the console is said, and it is taken back only when asked', async ({ page }) => {
  const name = await quickNode(page.request, 'ipmi')
  await openConsole(page, name)
  const { bmc } = (await (await page.request.get(`/api/nodes/${name}`)).json()) as Detail
  const port = bmc.endpoints.find(({ protocol }) => protocol === 'ipmi')!.port
  const session = await openSession({ host: bmc.address, port, username: 'admin', password: 'secret' })
  let ended = false
  await openSol(session, { takeOver: true, onBytes: () => {}, onNotice: () => {}, onEnd: () => void (ended = true) })
  await expect(pill(page)).toHaveAttribute('data-state', 'busy', { timeout: 30_000 })
  await expect(page.getByText('Someone else holds this console')).toBeVisible()
  expect(ended).toBe(false)

  await page.getByRole('button', { name: 'Take it' }).click()
  await page.getByRole('dialog', { name: 'Take the serial session' }).getByRole('button', { name: 'Take it' }).click()
  await expect(pill(page)).toHaveAttribute('data-state', 'open', { timeout: 30_000 })
  await expect.poll(() => ended).toBe(true)
  await session.close()
  await expect(page.locator('.console-mark').last()).toContainText('ada took the serial session')
  await page.goto(`/audit?node=${name}`)
  await expect(page.getByRole('row').filter({ hasText: 'Serial session taken' }).first()).toContainText('ada')
})

test('a power cycle from beside the console is marked in the stream, and the boot is seen', async ({ page }) => {
  const name = await quickNode(page.request, 'redfish')
  await openConsole(page, name)
  await page.getByRole('button', { name: 'Power', exact: true }).click()
  await page.getByRole('menuitem', { name: /^Power cycle/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: `Power-cycle ${name}` }).click()
  await expect(page.getByRole('log').getByText(/Power cycle, asked by ada/)).toBeAttached({ timeout: minute })
  await expect(rows(page)).toContainText('GRUB', { timeout: 2 * minute })
  await expect(rows(page)).toContainText('login:', { timeout: minute })
  await expect(pill(page)).toHaveAttribute('data-state', 'open')
})

test('ten MiB of output neither stall the page nor are all kept', async ({ page }) => {
  const name = await quickNode(page.request, 'ipmi')
  await openConsole(page, name)
  await logIn(page)
  await page.evaluate(() => {
    const gaps = { longest: 0, last: performance.now() }
    Object.assign(window, { gaps })
    const step = () => {
      gaps.longest = Math.max(gaps.longest, performance.now() - gaps.last)
      gaps.last = performance.now()
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
  await enter(page, 'cat big')
  await expect(rows(page)).not.toContainText('cat big')
  await expect(rows(page)).toContainText(/root@\S+# \s*$/, { timeout: 2 * minute })
  const longest = await page.evaluate(() => (window as unknown as { gaps: { longest: number } }).gaps.longest)
  console.log(`cat big: the longest time without a frame was ${longest.toFixed(0)} ms`)
  expect(longest).toBeLessThan(1_000)
  const log = await readLog(page)
  expect(log.length).toBeLessThan(3 * 1024 * 1024)
})

test('hostile output does nothing', async ({ page }) => {
  const name = await quickNode(page.request, 'ipmi')
  const sent: string[] = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())))
  page.on('dialog', (dialog) => expect(dialog.message()).toBe('no dialog at all'))
  await openConsole(page, name)
  await logIn(page)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(() => navigator.clipboard.writeText('mine'))
  const title = await page.title()
  await enter(page, 'cat hostile')
  await expect(rows(page)).toContainText('<img src=x onerror=')
  await expect(rows(page)).toContainText(/# \s*$/)
  sent.length = 0
  await page.reload()
  await expect(rows(page)).toContainText('<img src=x onerror=')
  await expect(pill(page)).toHaveAttribute('data-state', 'open')
  expect(sent).toEqual([])
  expect(await page.title()).toBe(title)
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine')
  await expect(page.locator('.xterm a, .xterm img')).toHaveCount(0)
  await expect(rows(page)).not.toContainText('\u202e')
})

test('a paste of many lines is shown first and sent line by line; the terminal is left by keyboard', async ({ page }) => {
  const name = await quickNode(page.request, 'ipmi')
  await openConsole(page, name)
  await logIn(page)
  const text = Array.from({ length: 8 }, (_, index) => `echo pasted ${index}`).join('\n')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((content) => navigator.clipboard.writeText(content), text)
  await terminal(page).focus()
  await page.keyboard.press('Control+Shift+V')
  const dialog = page.getByRole('dialog', { name: `Paste into ${name}` })
  await expect(dialog.getByRole('textbox')).toHaveValue(text)
  await dialog.getByRole('button', { name: 'Send 8 lines' }).click()
  await expect(dialog).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(rows(page)).toContainText('pasted 7')

  await expect(terminal(page)).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(terminal(page)).toBeFocused()
  await page.keyboard.press('Control+Shift+L')
  await expect(terminal(page)).not.toBeFocused()
})

test('a node without SOL has its console over SSH, and says so', async ({ page }) => {
  const name = 'n14'
  // The probe that finds the way comes soon after the node was added.
  const ways = async () => ((await (await page.request.get(`/api/nodes/${name}`)).json()) as { capabilities: { consoles?: { way: string; can: boolean }[] } | null }).capabilities?.consoles
  await expect.poll(async () => (await ways())?.find(({ way }) => way === 'ssh')?.can, { timeout: 2 * minute }).toBe(true)

  await openConsole(page, name)
  await expect(pill(page)).toContainText('over SSH')
  await expect(rows(page)).toContainText('Connected to Serial Device 2')
  await logIn(page)
  await enter(page, 'hostname')
  await expect(rows(page)).toContainText(new RegExp(`hostname\\s*${name}`))
  await expect(page.getByRole('button', { name: 'Break', exact: true })).toBeDisabled()

  await page.goto(`/nodes/${name}/settings`)
  await expect(page.getByText(/^ssh-ed25519 SHA256:/)).toBeVisible()
  await page.getByRole('button', { name: 'Forget the host key' }).click()
  await expect(page.getByText('No SSH host key yet')).toBeVisible()
  await page.goto(`/audit?node=${name}`)
  await expect(page.getByRole('row').filter({ hasText: 'Console setting' }).first()).toContainText('ada')
})
