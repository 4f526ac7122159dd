import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { acceptLink, admin, nobody, press, rowOf } from '../people.ts'
import { startProduct, type Product } from '../product.ts'
import { readRecording, RECORDINGS, startReplay, type Replay } from './replay-redfish.ts'

/**
 * Five recorded machines, replayed over HTTPS to the whole product. What the node page must say was read from the raw trees by eye;
 * redfish-trees.test.ts holds the same facts of the protocol room.
 */
type Facts = {
  model: string | null
  serial: string | null
  power: 'on' | 'off'
  health: 'ok' | 'critical'
  /** What the banner says; null: there is none. */
  reason: string | null
  /** Name and reading as written, for every sensor of the kind; "no reading" where the tree has none. */
  temperatures: [string, string][]
  fans: [string, string][]
  /** As the fleet's row says it. */
  watts: string | null
}

const none = (...names: string[]) => names.map((name): [string, string] => [name, 'no reading'])

const facts: Record<string, Facts> = {
  'dell-r740': {
    model: 'PowerEdge R740',
    serial: 'CN7475171F0057',
    power: 'on',
    health: 'critical',
    reason: 'System: Critical',
    temperatures: [
      ['CPU1 Temp', '38 °C'],
      ['System Board Inlet Temp', '23 °C'],
      ['System Board Exhaust Temp', '27 °C'],
    ],
    fans: [
      ['System Board Fan1', '3360 RPM'],
      ['System Board Fan2', '3360 RPM'],
      ['System Board Fan3', '3360 RPM'],
      ['System Board Fan4', '3240 RPM'],
      ['System Board Fan5', '3480 RPM'],
      ['System Board Fan6', '3360 RPM'],
    ],
    watts: '78 W',
  },
  'hpe-dl325-gen10plus': {
    model: 'ProLiant DL325 Gen10 Plus',
    serial: 'MXQ019020B',
    power: 'on',
    health: 'ok',
    reason: null,
    temperatures: [
      ['01-Inlet Ambient', '17 °C'],
      ['02-CPU 1', '40 °C'],
      ['03-P1 DIMM 1-8', '26 °C'],
      ['04-P1 DIMM 9-16', '28 °C'],
      ...none('05-HD Max', '06-Exp Bay Drive'),
      ['07-VR P1', '32 °C'],
      ['08-VR P1 Mem 1', '38 °C'],
      ['09-VR P1 Mem 2', '36 °C'],
      ...none('10-Stor Batt'),
      ['11-BMC', '55 °C'],
      ['12-BMC Zone', '31 °C'],
      ['13-System Board', '21 °C'],
      ['14-Board Inlet', '23 °C'],
      ['15-PCI 1', '42 °C'],
      ...none('16-PCI 2', '17-PCI 3'),
      ['18-PCI 1 Zone', '25 °C'],
      ...none('20-PCI 3 Zone', '21-HD Controller'),
      ['22-HD Cntlr Zone', '22 °C'],
      ['23-LOM Card', '45 °C'],
      ['24-Sys Exhaust', '32 °C'],
      ['25-Chipset Zone', '33 °C'],
      ['26-LOM Card Zone', '27 °C'],
      ['27-Battery Zone', '29 °C'],
      ['28-P/S 1 Inlet', '20 °C'],
      ['29-P/S 2 Inlet', '20 °C'],
      ['30-P/S 1', '40 °C'],
      ['31-P/S 2', '40 °C'],
      ['32-P/S Zone', '28 °C'],
      ...none('34-AHCI HD Max'),
      ['35-VR P1Mem Zone', '28 °C'],
      ['36-PCI Zone', '27 °C'],
      ['37-CPU 1 PkgTmp', '29 °C'],
    ],
    fans: [
      ['Fan 1', '35%'],
      ...none('Fan 2'),
      ['Fan 3', '35%'],
      ['Fan 4', '35%'],
      ['Fan 5', '35%'],
      ['Fan 6', '35%'],
      ...none('Fan 7'),
      ['Fan 8', '35%'],
    ],
    watts: '97 W',
  },
  'lenovo-sr670': {
    model: 'ThinkSystem SR670 V2',
    serial: 'J101RZ43',
    power: 'on',
    health: 'ok',
    reason: null,
    temperatures: [
      ['Ambient Temp', '27 °C'],
      ['CPU 1 Temp', '39 °C'],
      ['CPU 1 DTS', '-51 °C'],
      ['CPU 2 Temp', '40 °C'],
      ['CPU 2 DTS', '-51 °C'],
      ...none('PCIe 1 Temp', 'PCIe 2 Temp', 'PCIe 3 Temp'),
      ['PCIe 4 Temp', '39 °C'],
      ...none('PCIe 5 Temp'),
      ['PCIe 6 Temp', '39 °C'],
      ...none('PCIe 7 Temp', 'PCIe 8 Temp', 'PCIe 9 Temp', 'PCIe 10 Temp'),
      ...none('PCIe 15 Temp', 'PCIe 16 Temp', 'PCIe 20 Temp', 'PCIe 21 Temp'),
      ['Exhaust Temp', '79 °C'],
      ...none('BoardAverageTemp'),
    ],
    fans: [
      ['Fan 1A Tach', '4602 RPM'],
      ['Fan 1B Tach', '4104 RPM'],
      ['Fan 2A Tach', '4484 RPM'],
      ['Fan 2B Tach', '4104 RPM'],
      ['Fan 3A Tach', '4661 RPM'],
      ['Fan 3B Tach', '4266 RPM'],
      ['Fan 4A Tach', '4425 RPM'],
      ['Fan 4B Tach', '3996 RPM'],
      ['Fan 5A Tach', '4189 RPM'],
      ['Fan 5B Tach', '3780 RPM'],
    ],
    // Of the machine as a whole: its CPUs' 111 W and its memory's 12 W are parts of them.
    watts: '416 W',
  },
  'supermicro-x10sdv': {
    model: 'Super Server',
    // Ten blanks in the tree.
    serial: null,
    power: 'on',
    health: 'ok',
    reason: null,
    // The tree says Absent with 0 for every sensor, and 0 W.
    temperatures: [
      ...none('CPU Temp', 'System Temp', 'Peripheral Temp', 'MB_10G Temp'),
      ...none('DIMMA1 Temp', 'DIMMA2 Temp', 'DIMMB1 Temp', 'DIMMB2 Temp'),
    ],
    fans: none('FAN1', 'FAN2', 'FAN3', 'FAN4'),
    watts: null,
  },
  'openbmc-qemu-stock': { model: null, serial: null, power: 'off', health: 'ok', reason: null, temperatures: [], fans: [], watts: null },
}

const machines = Object.keys(facts)
const areHere = machines.every((machine) => existsSync(join(RECORDINGS, 'redfish', `${machine}.json.gz`)))
if (!areHere) console.log(`skipped: no recordings at ${RECORDINGS} (set RECORDINGS)`)
test.skip(!areHere, 'skipped: ../shared/recordings is not here')

const state = 'test-results/recorded-pages.json'
test.use({ storageState: state })
let product: Product
const replays = new Map<string, Replay>()

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000)
  if (!areHere) return
  for (const machine of machines) replays.set(machine, await startReplay(readRecording(machine)))
  product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
  const page = await browser.newPage(nobody)
  await acceptLink(page, product.claimUrl, admin)
  await page.context().storageState({ path: state })
  await page.close()
})

test.afterAll(async () => {
  await product?.stop()
  await Promise.all([...replays.values()].map((replay) => replay.close()))
})

/** Every sensor of a kind as the sensors page writes it, in its order. */
async function sensorsOf(page: Page, node: string, kind: string): Promise<[string, string][]> {
  await page.goto(`${product.url}/nodes/${node}/sensors?kind=${kind}`)
  const nothing = page.getByText(/^No sensors? (matches|yet)/)
  await expect(page.getByRole('columnheader').or(nothing).first()).toBeVisible()
  return page
    .locator('tbody tr:has(td)')
    .evaluateAll((rows) => {
      const text = (cell: Element | undefined) => cell?.textContent?.trim() ?? ''
      return rows.map(({ children }): [string, string] => [text(children[0]), text(children[1])])
    })
}

for (const machine of machines) {
  test(machine, async ({ page }) => {
    const { model, serial, power, health, reason, temperatures, fans, watts } = facts[machine]!
    const { port, username, password } = replays.get(machine)!
    await page.goto(product.url)
    await press(page.getByRole('button', { name: 'Add node' }).first())
    const form = page.getByRole('dialog', { name: 'Add node' })
    await form.getByLabel('Name', { exact: true }).fill(machine)
    await form.getByLabel('BMC address').fill('127.0.0.1')
    await form.getByLabel('User', { exact: true }).fill(username)
    await form.getByLabel('Password', { exact: true }).fill(password)
    await form.getByRole('combobox', { name: 'Protocol' }).click()
    await page.getByRole('option', { name: 'Redfish', exact: true }).click()
    await form.getByText('Ports', { exact: true }).click()
    await form.getByLabel('Redfish port').fill(String(port))
    await form.getByRole('button', { name: 'Add node' }).click()
    await expect(page).toHaveURL(new RegExp(`/nodes/${machine}$`))

    const title = page.getByRole('heading', { name: machine, exact: true })
    await expect(title.locator('xpath=following-sibling::span')).toHaveText(power, { timeout: 60_000 })
    const read = async () => {
      const answer = await page.request.get(`${product.url}/api/nodes/${machine}`)
      const node = (await answer.json()) as { health: { level: string }; capabilities: unknown }
      return node.capabilities === null ? 'not probed' : node.health.level
    }
    await expect.poll(read, { timeout: 90_000 }).toBe(health)
    await page.reload()
    const hardware = page.getByRole('region', { name: 'Hardware' })
    if (model !== null) await expect(hardware.getByText(model, { exact: true })).toBeVisible()
    else await expect(hardware.getByText('Model', { exact: true })).toHaveCount(0)
    if (serial !== null) await expect(hardware.getByText(serial, { exact: true })).toBeVisible()
    else await expect(hardware.getByText('Serial', { exact: true })).toHaveCount(0)
    const banner = page.getByRole('link', { name: 'To the sensors' })
    if (reason !== null) await expect(page.getByText(reason, { exact: true })).toBeVisible()
    else await expect(banner).toHaveCount(0)

    const byName = (a: [string, string], b: [string, string]) => a[0].localeCompare(b[0])
    expect((await sensorsOf(page, machine, 'temperature')).sort(byName)).toEqual(temperatures.toSorted(byName))
    expect((await sensorsOf(page, machine, 'fan')).sort(byName)).toEqual(fans.toSorted(byName))

    await page.goto(product.url)
    const row = rowOf(page, machine)
    await expect(row).toContainText(power)
    await expect(row).toContainText(reason ?? health)
    if (watts !== null) await expect(row).toContainText(watts)
    else await expect(row).not.toContainText(/\d W\b/)
  })
}
