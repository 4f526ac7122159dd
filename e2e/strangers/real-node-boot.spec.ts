import { expect, test } from '@playwright/test'
import { acceptLink, admin } from '../people.ts'
import { knowsBoot, setBootOnce } from './boot-page.ts'
import { addRealNode, ipmitool, realBmc, withRealNode } from './real-node.ts'

const product = withRealNode({ takesBootDevice: true })

test('a machine whose BMC calls no flag valid gets each device that is set in the browser, as ipmitool reads it, and the page says what is missing', async ({ browser }) => {
  const { url, claimUrl } = product()
  const context = await browser.newContext({ baseURL: url })
  const page = await context.newPage()
  await acceptLink(page, claimUrl, admin)
  await addRealNode(page, 'vm1')
  await knowsBoot(page, 'vm1')

  const flags = () => ipmitool(realBmc, 'chassis', 'bootparam', 'get', '5')
  expect(flags()).toContain('No override')
  await setBootOnce(page, 'vm1', 'Network (PXE)', /the BMC holds Pxe, but does not call its boot flags valid/)
  expect(flags()).toMatch(/Boot Flag Invalid[\s\S]*Force PXE/)
  await setBootOnce(page, 'vm1', 'Disk', /the BMC holds Hdd, but does not call its boot flags valid/)
  expect(flags()).toMatch(/Boot Flag Invalid[\s\S]*Force Boot from default Hard-Drive/)
  await setBootOnce(page, 'vm1', 'As the firmware chooses', /^Boot override, vm1: verified$/)
  expect(flags()).toContain('No override')
  await context.close()
})
