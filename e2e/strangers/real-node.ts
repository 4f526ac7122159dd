import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startProduct, type Product } from '../product.ts'
import { chassisControl, isInstalled } from './ipmi-sim.ts'
import { rig } from './shared.ts'

/**
 * A Linux virtual machine whose BMC is OpenIPMI's: power really starts and stops it, and its serial port is the console. Nothing on the
 * other side of the wire is ours.
 */
const realNode = rig('real-node')

type RealNode = { product: Product; stop: () => Promise<void> }
type RealNodeOptions = { takesBootDevice?: boolean }

/**
 * One machine, off, and a product that may speak to it, for the tests of a file; they are skipped, and say so, where the rig is missing.
 * `takesBootDevice`: its BMC does, by a program that has its power too, so that the machine itself stays off.
 */
export function withRealNode({ takesBootDevice = false }: RealNodeOptions = {}): () => Product {
  let machine: RealNode | undefined
  test.skip(realNode === null, 'skipped: ../shared/rigs/real-node is not here')
  test.skip(takesBootDevice && !isInstalled('ipmi_sim'), 'skipped: ipmi_sim is not installed')
  test.beforeAll(async () => {
    test.setTimeout(600_000)
    machine = await startRealNode(takesBootDevice)
  })
  test.afterAll(() => machine?.stop())
  return () => machine!.product
}

/** Takes minutes where the machine's kernel is not there yet. */
async function startRealNode(takesBootDevice: boolean): Promise<RealNode> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-real-node-'))
  const env = takesBootDevice ? { ...process.env, PATH: `${wrapIpmiSim(folder)}${delimiter}${process.env['PATH']}` } : process.env
  execFileSync(realNode!, ['start', '1', folder], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 500_000, env })
  const product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
  return {
    product,
    async stop() {
      execFileSync(realNode!, ['stop', folder])
      await product.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A folder for the front of PATH, with an ipmi_sim that puts `chassis_control` into the configuration of the rig and then is the real one. */
function wrapIpmiSim(folder: string): string {
  const front = join(folder, 'bin')
  mkdirSync(front)
  writeFileSync(join(front, 'ipmi_sim'), `#!/bin/sh\n# ipmi_sim -c LAN.CONF …\necho '${chassisControl(folder)}' >> "$2"\nPATH="\${PATH#*:}" exec ipmi_sim "$@"\n`)
  chmodSync(join(front, 'ipmi_sim'), 0o755)
  return front
}

/** A BMC on loopback that speaks IPMI. */
export type LocalBmc = { port: number; username: string; password: string }

export const realBmc: LocalBmc = { port: 16_240, username: 'admin', password: 'secret' }

/** What ipmitool, a stranger to both sides, says of a BMC. */
export function ipmitool({ port, username, password }: LocalBmc, ...args: string[]): string {
  const target = ['-I', 'lanplus', '-C', '3', '-H', '127.0.0.1', '-p', String(port), '-U', username, '-P', password]
  return execFileSync('ipmitool', [...target, ...args], { encoding: 'utf8', timeout: 60_000 }).trim()
}

/** Adds the machine as `name` through the page, after a test of its address. */
export const addRealNode = (page: Page, name: string) => addLocalNode(page, name, realBmc)

/** The same with any BMC on loopback. */
export async function addLocalNode(page: Page, name: string, { port, username, password }: LocalBmc): Promise<void> {
  await page.getByRole('button', { name: 'Add node' }).first().click()
  const form = page.getByRole('dialog', { name: 'Add node' })
  await form.getByLabel('Name', { exact: true }).fill(name)
  await form.getByLabel('BMC address').fill('127.0.0.1')
  await form.getByLabel('User', { exact: true }).fill(username)
  await form.getByLabel('Password', { exact: true }).fill(password)
  await form.getByText('Ports', { exact: true }).click()
  await form.getByLabel('IPMI port').fill(String(port))
  await form.getByRole('button', { name: 'Test' }).click()
  await expect(form.getByText(/IPMI 2\.0/)).toBeVisible()
  await form.getByRole('button', { name: 'Add node' }).click()
  await expect(form).toBeHidden()
}

/** Asks for a power action with the button of the page that is open, and waits for its verified result. */
export async function switchPower(page: Page, name: string, action: string, confirm: string): Promise<void> {
  await page.getByRole('button', { name: 'Power', exact: true }).click()
  await page.getByRole('menuitem', { name: new RegExp(`^${action}`) }).click()
  await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
  await expect(page.getByText(`${action}, ${name}: verified`)).toBeVisible({ timeout: 120_000 })
}
