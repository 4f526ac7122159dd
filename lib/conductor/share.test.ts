import { afterAll, beforeAll, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { insertShareSecret } from '#lib/db/share-secrets.ts'
import { openInboxSealer } from '#lib/vault/seal.ts'
import { shareContext } from '#lib/vault/context.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { addNode, allOk, ended, makeRig, operate, type ConductorRig } from '../../tests/conductor-rig.ts'
import { withDatabase } from '../../tests/database.ts'

/** Shares that are signed in to: what a BMC is told, and what is left of the password afterwards. */

const test = withDatabase()
let rack: Rack
let rig: ConductorRig
const share = 'cifs://127.0.0.1/isos/x.iso'
const user = 'installer'
const password = 'p@ss, word'

beforeAll(async () => {
  rig = await makeRig(test)
  rack = await startRack({ nodes: [{ name: 'dell', make: 'dell', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }] })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'redfish' })
})
afterAll(async () => {
  await rig?.stop()
  await rack?.close()
})

/** Asks before a conductor is there, so that the password is with the operation before it begins, as in the one transaction of web. */
async function mount(sealedFor: (id: string) => string) {
  const id = await operate('MountImage', ['dell'], { options: { share, shareUser: user } })
  const seal = openInboxSealer(rig.keys().publicKey)
  await prisma().$transaction((tx) => insertShareSecret(tx, id, seal(password, sealedFor(id))))
  return id
}

it('a BMC is told the password of its operation, which is gone with it; one that was sealed for another share opens nothing', async () => {
  const [good, moved] = [await mount((operationId) => shareContext({ operationId, share, user })), await mount((operationId) => shareContext({ operationId, share: 'cifs://10.6.6.6/isos/x.iso', user }))]
  expect(await prisma().shareSecret.count()).toBe(2)
  rig.start()
  await allOk(['dell'])
  // No SMB server is there, so the BMC says that it could not read; it was asked with this name and password all the same.
  expect((await ended(good, 60_000)).steps[0]).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(/could not read the image by CIFS/) } })
  expect((await ended(moved, 60_000)).steps[0]).toMatchObject({ state: 'failed', commands: [], error: { code: 'no-credential', message: expect.stringMatching(/does not open/) } })
  expect(new Set(rack.node('dell').drives.signIns.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify({ user, password })]))
  expect(await prisma().shareSecret.count()).toBe(0)
  const told = JSON.stringify([await readAudit({ limit: 100 }), await prisma().step.findMany({ select: { evidence: true, error: true, memo: true } })])
  for (const form of [password, encodeURIComponent(password)]) expect(told).not.toContain(form)
}, 120_000)
