import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { makeIso } from '../lib/media/testing/make-iso.ts'
import { call, readAudit } from './calls.ts'
import { join as invite, press } from './people.ts'

/** The library in a browser: an image comes by file, by drop and by URL, says what it is, goes on after a break, and goes when nobody mounts it. */

const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const row = (page: Page, name: string) => page.getByRole('table', { name: 'Images' }).getByRole('row').filter({ hasText: name })
const coming = (page: Page, name: string) => page.getByRole('list', { name: 'On their way' }).getByRole('listitem').filter({ hasText: name })
const filesOfDepot = () => readdirSync(join(process.env['BASEBOARD_DATA_DIR']!, 'images')).filter((name) => /\.(iso|part)$/.test(name))

let folder: string
test.beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'images-e2e-'))))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))
/** Before each, and by a page of its own: what a test leaves, the next one would find. */
test.beforeEach(async ({ context }) => {
  const page = await context.newPage()
  await page.goto('/images')
  const { images, coming } = (await call<{ images: { id: string }[]; coming: { id: string }[] }>(page, 'GET', '/api/images')).body
  for (const { id } of [...images, ...coming]) await call(page, 'DELETE', `/api/images/${id}`)
  await page.close()
})

const write = (name: string, bytes: Buffer) => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const choose = async (page: Page, path: string) => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press(page.getByRole('button', { name: 'Upload', exact: true }).first())])
  await chooser.setFiles(path)
}

test('an ISO is uploaded by button and by drop, checked and summed, and removed after a question', async ({ page }) => {
  const iso = makeIso({ label: 'ROCKY_9', bytes: 12 * 1024 * 1024 })
  await page.goto('/images')
  await expect(page.getByText('No images yet')).toBeVisible()
  await expect(page.getByText(/netboot\.xyz: 2 MB/)).toBeVisible()
  await choose(page, write('Rocky 9.iso', iso))
  await expect(row(page, 'Rocky-9.iso')).toContainText('ROCKY_9')
  await expect(row(page, 'Rocky-9.iso')).toContainText('12.0 MiB')
  await expect(row(page, 'Rocky-9.iso')).toContainText('BIOS and UEFI')
  await expect(row(page, 'Rocky-9.iso').getByTitle(sumOf(iso))).toBeVisible()

  const data = makeIso({ label: '<img src=x onerror=ran=1>', platforms: [] }).toString('base64')
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const transfer = new DataTransfer()
    transfer.items.add(new File([bytes], 'drivers.iso'))
    transfer.items.add(new File(['x'], 'notes.txt'))
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
  }, data)
  await expect(page.getByText('Only files that end in .iso are taken: notes.txt')).toBeVisible()
  await expect(row(page, 'drivers.iso')).toContainText('not bootable')
  // A label is the text of whoever made the image (checklist 17).
  await expect(row(page, 'drivers.iso')).toContainText('<img src=x onerror=ran=1>')
  expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false)

  await press(row(page, 'drivers.iso').getByRole('button', { name: 'Actions for drivers.iso' }))
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('button', { name: 'Remove drivers.iso' }).click()
  await expect(row(page, 'drivers.iso')).toHaveCount(0)
  await expect.poll(() => filesOfDepot().length).toBe(1)
  const deeds = (await readAudit(page, 'limit=20')).filter(({ action }) => action.startsWith('image-')).map(({ action, target, outcome }) => `${action} ${target} ${outcome}`)
  expect(deeds.slice(0, 5)).toEqual(['image-remove drivers.iso ok', 'image-upload drivers.iso ok', 'image-upload drivers.iso intent', 'image-upload Rocky-9.iso ok', 'image-upload Rocky-9.iso intent'])
})

test('an upload that broke off goes on where it was, in another tab and with the same file', async ({ page, context }) => {
  const iso = makeIso({ label: 'BROKEN', bytes: 24 * 1024 * 1024 })
  const path = write('broken.iso', iso)
  await page.goto('/images')
  // The line breaks for good after the first pieces.
  let pieces = 0
  await page.route('**/api/images/*/bytes', (route) => ((pieces += 1) > 2 ? route.abort() : route.continue()))
  await choose(page, path)
  await expect(coming(page, 'broken.iso')).toContainText('the line is broken')
  await page.close()

  const second = await context.newPage()
  await second.goto('/images')
  await expect(coming(second, 'broken.iso').getByRole('button', { name: 'Choose the file' })).toBeVisible()
  const { coming: rows } = (await call<{ coming: { received: number }[] }>(second, 'GET', '/api/images')).body
  expect(rows[0]!.received).toBeGreaterThan(0)
  const offsets: number[] = []
  second.on('request', (request) => request.url().endsWith('/bytes') && offsets.push(Number(request.headers()['upload-offset'])))
  await choose(second, path)
  await expect(row(second, 'broken.iso').getByTitle(sumOf(iso))).toBeVisible()
  expect(offsets[0]).toBe(rows[0]!.received)
})

test('what is no image is not kept, and says why', async ({ page }) => {
  await page.goto('/images')
  await choose(page, write('noise.iso', Buffer.alloc(400_000, 'x')))
  await expect(coming(page, 'noise.iso')).toContainText('It is neither ISO 9660 nor UDF')
  await choose(page, write('cut.iso', makeIso({ bytes: 3_000_000 }).subarray(0, 1_500_000)))
  await expect(coming(page, 'cut.iso')).toContainText('It is cut off (1.4 MiB of 2.9 MiB)')
  expect(filesOfDepot()).toEqual([])
  await coming(page, 'noise.iso').getByRole('button', { name: 'Dismiss noise.iso' }).click()
  await expect(coming(page, 'noise.iso')).toHaveCount(0)
})

test('an image is fetched from a place that was listed, and from no other', async ({ page }) => {
  const iso = makeIso({ label: 'NETBOOT', platforms: [0xef] })
  const mirror = createServer((request, response) => (request.url === '/netboot.iso' ? response.writeHead(200, { 'content-length': iso.length }).end(iso) : response.writeHead(404).end()))
  await new Promise<void>((done) => mirror.listen(0, '127.0.0.1', done))
  const host = `127.0.0.1:${(mirror.address() as AddressInfo).port}`
  try {
    await page.goto('/images')
    const ask = async () => {
      await press(page.getByRole('button', { name: 'Fetch by URL' }))
      await page.getByLabel('Address').fill(`http://${host}/netboot.iso`)
      await expect(page.getByLabel('Name in the library')).toHaveValue('netboot.iso')
      await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    }
    await ask()
    await expect(page.getByRole('alert')).toContainText('This place is not listed')
    await page.keyboard.press('Escape')
    await press(page.getByRole('button', { name: 'Limits' }))
    await page.getByLabel('Images may be fetched from').fill(`boot.netboot.xyz\n${host}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await ask()
    await expect(row(page, 'netboot.iso')).toContainText('UEFI only')
    await expect(row(page, 'netboot.iso')).toContainText('fetched by ada')
  } finally {
    mirror.close()
  }
})

test('operators see the library and cannot change it; the command line can, with an administrator’s token', async ({ page, browser }) => {
  const { page: theirs } = await invite(browser, page, 'operator', 'iris')
  await theirs.goto('/images')
  await expect(theirs.getByRole('button', { name: 'Upload', exact: true }).first()).toHaveAttribute('aria-disabled', 'true')
  const { status } = await call(theirs, 'POST', '/api/images', { name: 'a.iso', bytes: 1 })
  expect(status).toBe(403)

  const { token } = (await call<{ token: string }>(page, 'POST', '/api/tokens', { name: 'images-cli', role: 'admin', scopes: ['images'] })).body
  const iso = makeIso({ label: 'BY_CLI', bytes: 20 * 1024 * 1024 })
  const env = { ...process.env, BASEBOARD_TOKEN: token }
  const run = (...args: string[]) => new Promise<string>((done, fail) => execFile(process.execPath, [resolve('cli/baseboard.mjs'), 'images', ...args], { env }, (error, out, err) => (error === null ? done(out) : fail(new Error(`${out}${err}`)))))
  expect(await run('upload', write('cli.iso', iso))).toBe(`cli.iso  20.0 MiB  BIOS+UEFI  ${sumOf(iso)}\n`)
  expect(await run()).toContain(`cli.iso  20.0 MiB  BIOS+UEFI  ${sumOf(iso)}`)
  await theirs.reload()
  await expect(row(theirs, 'cli.iso')).toContainText('uploaded by images-cli')
  expect(await run('rm', 'cli.iso')).toBe('cli.iso: removed\n')
  await expect(theirs.getByText('No images yet')).toBeVisible({ timeout: 30_000 })
})
