import { spawn, type ChildProcess } from 'node:child_process'
import { expect, test } from '@playwright/test'
import { acceptLink, admin } from '../people.ts'
import { startProduct, type Product } from '../product.ts'
import { knowsBoot, setBootOnce } from './boot-page.ts'
import { freeUdpPort, isInstalled } from './ipmi-sim.ts'
import { addLocalNode, ipmitool, type LocalBmc } from './real-node.ts'

test.skip(!isInstalled('fakebmc', 'ipmitool'), 'skipped: fakebmc or ipmitool is not installed')

/** pyghmi's BMC (Debian's python3-pyghmi), which holds a boot device and calls its flags valid. */
let bmc: LocalBmc
let child: ChildProcess
let product: Product

test.beforeAll(async () => {
  test.setTimeout(300_000)
  bmc = { port: await freeUdpPort(), username: 'admin', password: 'password' }
  child = spawn('fakebmc', ['--port', String(bmc.port)], { stdio: 'ignore' })
  product = await startProduct({ env: { BMC_NETWORKS: '127.0.0.0/8' } })
})

test.afterAll(async () => {
  child?.kill('SIGKILL')
  await product?.stop()
})

test('what is set in the browser is read back by the page and by ipmitool', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: product.url })
  const page = await context.newPage()
  await acceptLink(page, product.claimUrl, admin)
  await addLocalNode(page, 'py1', bmc)
  await knowsBoot(page, 'py1')

  const flags = () => ipmitool(bmc, 'chassis', 'bootparam', 'get', '5')
  expect(flags()).toContain('No override')
  for (const [target, word] of [['Network (PXE)', /Force PXE/], ['Disk', /Force Boot from default Hard-Drive/], ['BIOS setup', /Force Boot into BIOS Setup/]] as const) {
    await setBootOnce(page, 'py1', target, /^Boot override, py1: verified$/)
    expect(flags()).toContain('Boot Flag Valid')
    expect(flags()).toMatch(word)
  }
  await context.close()
})
