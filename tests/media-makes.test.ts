import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openRedfishBmc } from '#lib/bmc/redfish-bmc.ts'
import { chooseProtocol, toMountSlot, type MediaProtocol } from '#lib/domain/media.ts'
import { startImageServer, type ImageServer } from '#simulator/media/testing/image-server.ts'
import type { PersonaName } from '#simulator/personas.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack } from '#simulator/rack.ts'
import { createCertificate } from '#simulator/redfish/certificate.ts'

/** Our mounts at simulated BMCs of every make: each in its own words, which it refuses to be asked in others. */

let web: ImageServer
let secure: ImageServer
const opened: (() => Promise<void>)[] = []

beforeAll(async () => {
  web = await startImageServer()
  secure = await startImageServer(200_000, createCertificate('depot'))
})
afterAll(async () => {
  for (const close of opened) await close()
  await web.close()
  await secure.close()
})

async function open(plan: Pick<NodePlan, 'make'> & Partial<NodePlan>, persona: PersonaName = 'healthy') {
  const rack = await startRack({ nodes: [{ name: 'n1', persona, protocol: 'redfish', faces: ['redfish'], ...plan }], timing: { powerOnMs: 20, mountMs: 50 } })
  const node = rack.node('n1')
  const { address, ports, username, password } = node.describe()
  const bmc: Required<Bmc> = (await openRedfishBmc({ address, ip: address, port: ports.redfish!, username, password, pin: null })) as Required<Bmc>
  opened.push(async () => {
    await bmc.close()
    await rack.close()
  })
  return { node, bmc }
}

const serversOf = (protocol: MediaProtocol) => (protocol === 'https' ? secure : web)

async function mount(bmc: Required<Bmc>, served: readonly MediaProtocol[]) {
  const state = await bmc.readMedia()
  const slot = toMountSlot(state)
  const protocol = slot === undefined ? served[0]! : chooseProtocol(slot, served)
  expect(protocol).toBeDefined()
  const server = serversOf(protocol!)
  return { slot, protocol: protocol!, server, answer: await bmc.insertMedia({ url: server.url, protocol: protocol! }) }
}

describe.concurrent('a mount, as each make wants it', () => {
  it.each<[string, Pick<NodePlan, 'make'> & Partial<NodePlan>, MediaProtocol[]]>([
    ['Supermicro by InsertMedia', { make: 'supermicro' }, ['http']],
    ['Supermicro by IsoConfig', { make: 'supermicro', media: 'supermicro-x11' }, ['http']],
    ['iDRAC before 6', { make: 'dell' }, ['http', 'https']],
    ['iDRAC 6', { make: 'dell', media: 'idrac-6' }, ['http', 'https']],
    ['iLO', { make: 'hpe' }, ['http']],
    ['XCC by PATCH', { make: 'lenovo' }, ['http']],
    ['XCC2 by PATCH', { make: 'lenovo', media: 'xcc2' }, ['http']],
    ['MegaRAC, switched on first', { make: 'nettrix' }, ['http']],
    ['MegaRAC', { make: 'gigabyte' }, ['http']],
    ['xFusion by VmmControl', { make: 'xfusion' }, ['https', 'http']],
    ['OpenBMC over HTTPS', { make: 'openbmc' }, ['http', 'https']],
  ])('%s', async (_, plan, served) => {
    const { node, bmc } = await open(plan)
    const { answer, protocol, server } = await mount(bmc, served)
    expect(answer).toMatchObject({ kind: 'accepted', text: expect.stringContaining('holds the image, as read back') })
    expect(served).toContain(protocol)
    const state = await bmc.readMedia()
    const slot = state.slots.find(({ inserted }) => inserted === true)!
    expect(slot).toMatchObject({ id: (answer as { slot: string }).slot, image: expect.stringContaining('debian.iso') })
    // The token is the permission to read: nobody is shown it.
    expect(JSON.stringify([state, answer])).not.toContain('abc234')
    node.machine.setBootOverride({ enabled: 'once', target: 'cd', mode: 'uefi' })
    node.machine.reset('ForceRestart', 'redfish')
    await vi.waitFor(() => expect(node.drives.records().at(-1)?.sha256).toBe(server.sha256), { timeout: 15_000, interval: 50 })

    // Another on top of it: the first is thrown out by itself.
    expect(await bmc.insertMedia({ url: server.url, protocol })).toMatchObject({ kind: 'accepted' })
    expect(node.drives.records().filter(({ problem }) => problem === null)).toHaveLength(2)
    expect(await bmc.ejectMedia(slot.id)).toMatchObject({ kind: 'accepted', slot: slot.id })
    expect((await bmc.readMedia()).slots.filter(({ inserted }) => inserted === true)).toEqual([])
  }, 60_000)
})

it('outlives our session at an XCC, which throws out what a session has mounted', async () => {
  const { node, bmc } = await open({ make: 'lenovo' })
  await mount(bmc, ['http'])
  await bmc.close()
  expect(node.redfish!.sessions.openCount()).toBe(0)
  expect(node.drives.holds('EXT1')).toBe(web.url)
})

describe.concurrent('a mount that does not go', () => {
  it('tells by what else the BMC fetches', async () => {
    const { bmc } = await open({ make: 'h3c' })
    const answer = await bmc.insertMedia({ url: web.url, protocol: 'http' })
    expect(answer).toMatchObject({ kind: 'rejected', why: 'protocol', takes: ['nfs', 'cifs'], text: expect.stringMatching(/^127\.0\.0\.1:\d+: this BMC fetches no HTTP \(iBMC\.1\.0\.FileTransferProtocolMismatch.*\): mount over NFS or CIFS$/) })
  })

  it('is refused by the BMC in its own words', async () => {
    const { bmc } = await open({ make: 'supermicro' }, 'refuses-insert')
    expect(await bmc.insertMedia({ url: web.url, protocol: 'http' })).toMatchObject({ kind: 'rejected', text: expect.stringContaining('no free USB device') })
  })

  it('has a task that fails, time and again', async () => {
    const { node, bmc } = await open({ make: 'gigabyte' }, 'task-fails')
    expect(await bmc.insertMedia({ url: web.url, protocol: 'http' })).toMatchObject({ kind: 'rejected', why: 'fetch', text: expect.stringContaining('Failed to connect') })
    expect(node.drives.records()).toEqual([])
  }, 30_000)

  it('is taken though the image is never read: the depot alone knows', async () => {
    const { node, bmc } = await open({ make: 'hpe' }, 'never-reads')
    const unread = await startImageServer(1_000)
    expect(await bmc.insertMedia({ url: unread.url, protocol: 'http' })).toMatchObject({ kind: 'accepted' })
    expect(node.drives.records()).toMatchObject([{ bytesRead: 0 }])
    expect(unread.requests).toEqual([])
    await unread.close()
  })

  it('names an image that is not there', async () => {
    const { bmc } = await open({ make: 'dell' })
    const answer = await bmc.insertMedia({ url: web.url.replace(/:\d+\//, ':9/'), protocol: 'http' })
    expect(answer).toMatchObject({ kind: 'rejected', why: 'fetch', text: expect.stringContaining('it must reach the address in the link') })
    expect(answer.text).not.toContain('abc234')
  })

  it('goes by another try where an iBMC fails at random', async () => {
    const { node, bmc } = await open({ make: 'xfusion' })
    for (let i = 0; i < 4; i++) expect(await bmc.insertMedia({ url: secure.url, protocol: 'https' })).toMatchObject({ kind: 'accepted' })
    expect(node.drives.records()).toHaveLength(4)
  }, 60_000)
})
