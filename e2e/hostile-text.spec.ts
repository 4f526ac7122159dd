import { expect, test, type Page } from '@playwright/test'
import { startReplay, type Replay } from '#simulator/redfish/replay.ts'
import { call, readNodes } from './calls.ts'

/** Turns what follows it from right to left: `exe.gnp` reads `png.exe`. */
const TURN = '\u202e'
const NODE = 'hostile'

/** A script, a clipboard write (OSC 52), a link (OSC 8), a question for the title (CSI 21 t) and a turn of direction, behind a word of its own. */
const hostile = (word: string) =>
  `${word} <img src=x onerror="window.__ran=1;document.title='owned'">${TURN}gnp \u001b]52;c;b3duZWQ=\u0007\u001b]8;;http://evil.example/\u0007x\u001b]8;;\u0007\u001b[21t`

const at = (path: string) => ({ '@odata.id': path })
const SYSTEM = '/redfish/v1/Systems/1'
const CHASSIS = '/redfish/v1/Chassis/1'
const MANAGER = '/redfish/v1/Managers/1'
const UPDATE = '/redfish/v1/UpdateService'
const LICENCES = '/redfish/v1/LicenseService'
const status = { State: 'Enabled', Health: 'OK' }

/** A BMC whose every name is hostile. */
const resources: Record<string, unknown> = {
  '/redfish/v1': {
    '@odata.id': '/redfish/v1',
    RedfishVersion: '1.9.0',
    Vendor: hostile('Vendor'),
    ...Object.fromEntries(['Systems', 'Chassis', 'Managers'].map((name) => [name, at(`/redfish/v1/${name}`)])),
    UpdateService: at(UPDATE),
    LicenseService: at(LICENCES),
  },
  '/redfish/v1/Systems': { Members: [at(SYSTEM)] },
  '/redfish/v1/Chassis': { Members: [at(CHASSIS)] },
  '/redfish/v1/Managers': { Members: [at(MANAGER)] },
  [SYSTEM]: {
    Id: '1',
    Name: hostile('System'),
    Manufacturer: hostile('Maker'),
    Model: hostile('Model'),
    SerialNumber: hostile('Serial'),
    BiosVersion: hostile('Bios'),
    PowerState: 'On',
    Status: status,
    Boot: { BootSourceOverrideTarget: 'None', 'BootSourceOverrideTarget@Redfish.AllowableValues': [hostile('Target')] },
    Actions: { '#ComputerSystem.Reset': { target: `${SYSTEM}/Actions/Reset`, 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff', 'ForceRestart'] } },
    Links: { Chassis: [at(CHASSIS)], ManagedBy: [at(MANAGER)] },
    Memory: at(`${SYSTEM}/Memory`),
    Bios: at(`${SYSTEM}/Bios`),
    LogServices: at(`${SYSTEM}/LogServices`),
  },
  [`${SYSTEM}/Memory`]: { Members: [at(`${SYSTEM}/Memory/1`)] },
  [`${SYSTEM}/Memory/1`]: { Id: hostile('Slot'), Name: hostile('Module'), PartNumber: hostile('Part'), CapacityMiB: 1024, Status: status },
  [`${SYSTEM}/Bios`]: { Id: 'Bios', Attributes: { [hostile('Attribute')]: hostile('Setting') }, '@Redfish.Settings': { SettingsObject: at(`${SYSTEM}/Bios/Settings`) } },
  [`${SYSTEM}/Bios/Settings`]: { Attributes: {} },
  [`${SYSTEM}/LogServices`]: { Members: [at(`${SYSTEM}/LogServices/Sel`)] },
  [`${SYSTEM}/LogServices/Sel`]: { Id: 'Sel', Entries: at(`${SYSTEM}/LogServices/Sel/Entries`) },
  [`${SYSTEM}/LogServices/Sel/Entries`]: { Members: [{ Id: '1', EntryType: 'SEL', Created: '2026-11-01T00:00:00Z', Severity: 'Warning', Message: hostile('Event') }] },
  [CHASSIS]: { Id: '1', Name: hostile('Box'), ChassisType: 'RackMount', Status: status, Thermal: at(`${CHASSIS}/Thermal`), Links: { ComputerSystems: [at(SYSTEM)] } },
  [`${CHASSIS}/Thermal`]: { Temperatures: [{ Name: hostile('Sensor'), ReadingCelsius: 41, Status: { State: 'Enabled', Health: 'Warning' } }] },
  [MANAGER]: { Id: '1', Model: hostile('Controller'), FirmwareVersion: hostile('Version'), Status: status },
  [UPDATE]: { Id: 'Update', FirmwareInventory: at(`${UPDATE}/FirmwareInventory`) },
  [`${UPDATE}/FirmwareInventory`]: { Members: [at(`${UPDATE}/FirmwareInventory/1`)] },
  [`${UPDATE}/FirmwareInventory/1`]: { Id: '1', Name: hostile('Component'), Version: hostile('Release'), Status: status },
  [LICENCES]: { Licenses: at(`${LICENCES}/Licenses`) },
  [`${LICENCES}/Licenses`]: { Members: [at(`${LICENCES}/Licenses/1`)] },
  [`${LICENCES}/Licenses/1`]: { Id: '1', Name: hostile('Licence'), Status: status },
}

/** Each page with a word of the BMC's that it must show, as text. */
const pages: [string, string][] = [
  [`/nodes/${NODE}`, 'Model'],
  [`/nodes/${NODE}/sensors`, 'Sensor'],
  [`/nodes/${NODE}/events`, 'Event'],
  [`/nodes/${NODE}/inventory`, 'Module'],
  [`/nodes/${NODE}/firmware`, 'Component'],
  [`/nodes/${NODE}/bios`, 'Attribute'],
  [`/nodes/${NODE}/capabilities`, 'Target'],
  [`/nodes/${NODE}/redfish?path=${encodeURIComponent(SYSTEM)}`, 'Serial'],
  ['/events', 'Event'],
  ['/', 'Sensor'],
]

/** What of a page may turn the text beside it: marks of direction in text that no element isolates. */
const findTurning = (page: Page) =>
  page.evaluate((turn) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const holder = node.parentElement!
      const isShown = !['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(holder.tagName)
      if (!isShown || !(node.textContent ?? '').includes(turn)) continue
      if (!/isolate|plaintext/.test(getComputedStyle(holder.closest('bdi') ?? holder).unicodeBidi)) found.push(node.textContent!.slice(0, 60))
    }
    return found
  }, TURN)

let bmc: Replay | undefined
test.beforeAll(async () => {
  bmc = await startReplay({ machine: { model: NODE }, resources })
})
test.afterAll(async () => await bmc?.close())

test('checklist 17: what a BMC calls its parts is text on every page', async ({ page, context }) => {
  test.setTimeout(180_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const dialogs: string[] = []
  const requested: string[] = []
  page.on('dialog', (dialog) => void (dialogs.push(dialog.message()), dialog.dismiss()))
  page.on('request', (request) => requested.push(request.url()))
  await page.goto('/')
  await page.evaluate(() => navigator.clipboard.writeText('mine'))

  const { host, port, username, password } = bmc!
  const added = await call(page, 'POST', '/api/nodes', { name: NODE, bmc: { address: host, protocol: 'redfish', ports: { redfish: port }, username, password } })
  expect(added.status).toBe(201)
  await expect.poll(async () => (await readNodes(page)).find(({ name }) => name === NODE)?.health.level, { timeout: 60_000 }).toBe('warning')

  // A new node's inventory is else read a minute later.
  const asked = await call<{ id: string }>(page, 'POST', '/api/operations', { kind: 'refresh', action: 'RefreshInventory', nodes: [NODE] })
  await expect.poll(async () => (await call<{ state: string }>(page, 'GET', `/api/operations/${asked.body.id}`)).body.state, { timeout: 60_000 }).toBe('succeeded')

  for (const [path, word] of pages) {
    await page.goto(path)
    // As it is written, and not as it was meant: a tag that is read is no element.
    await expect(page.getByText(`${word} <img src=x onerror=`).filter({ visible: true }).first(), path).toBeVisible({ timeout: 30_000 })
    expect(await page.evaluate(() => (window as { __ran?: number }).__ran), path).toBeUndefined()
    expect(await page.title(), path).not.toContain('owned')
    expect(await page.locator('img[src="x"], a[href*="evil.example"]').count(), path).toBe(0)
    expect(await findTurning(page), path).toEqual([])
  }
  expect([dialogs, requested.filter((url) => /evil\.example|\/x$/.test(url))]).toEqual([[], []])
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine')
})
