import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { PersonaName } from '#simulator/personas.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import { readImageLinks } from '#lib/db/image-links.ts'
import { readSnapshot } from '#lib/db/snapshot-read.ts'
import { stopOperation } from '#lib/db/operations.ts'
import { mediaState } from '#lib/domain/media.ts'
import { createChildren } from './children.ts'
import { addNode, allOk, ended, makeRig, operate, until, type ConductorRig, type Ended } from './conductor-rig.ts'
import { withDatabase } from './database.ts'
import { makeInstallRig, type InstallRig } from './install-rig.ts'

/** Images that simulated BMCs really fetch, from the servers of the depot, by steps of a real conductor: also of one that is killed. */

const test = withDatabase()
let rig: ConductorRig
let rack: Rack
let library: InstallRig
let conductorUrl: string

const makes: NodePlan['make'][] = ['supermicro', 'dell', 'hpe', 'lenovo', 'nettrix', 'gigabyte', 'xfusion', 'openbmc', 'h3c', 'inspur']
const sound: NodePlan[] = makes.map((make) => ({ name: make, make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }))
const broken: [string, NodePlan['make'], PersonaName][] = [['unread', 'hpe', 'never-reads'], ['refused', 'supermicro', 'refuses-insert'], ['failing', 'gigabyte', 'task-fails']]
const plans: NodePlan[] = [...sound, ...broken.map(([name, make, persona]): NodePlan => ({ name, make, persona, protocol: 'redfish', faces: ['redfish'] }))]

beforeAll(async () => {
  rig = await makeRig(test)
  conductorUrl = (await test.roles()).conductor
  library = await makeInstallRig(test)
  rack = await startRack({ nodes: plans, timing: { powerOnMs: 200, gracefulShutdownMs: 200, cycleOffMs: 400, mountMs: 300 } })
  for (const node of rack.nodes) await addNode(rig, node.describe(), { protocol: 'redfish' })
})
afterAll(async () => {
  await children.killAll()
  await rig?.stop()
  await rack?.close()
  await library?.close()
})

/** Until it is known what their BMCs can do: on a busy machine that comes later than the first answer. */
async function allKnown(names: readonly string[]): Promise<void> {
  await allOk(names)
  await until(async () => (await prisma().node.findMany({ where: { name: { in: [...names] } } })).every(({ capabilities }) => (capabilities as { boot?: unknown } | null)?.boot !== undefined), 120_000, 'what the BMCs can do')
}

const options = () => ({ image: library.image.name, imageId: library.image.id })
const mountsOf = (name: string) => rack.node(name).drives.records()
const forgetRates = () => prisma().step.updateMany({ data: { sentAt: null } })
const commandsOf = (operation: Ended) => operation.steps.map(({ commands }) => commands)

describe('installing on ten makes', () => {
  it('reads the true bytes, ejects by itself, and the audit tells it', async () => {
    const conductor = rig.start()
    await allKnown(makes)
    const operation = await ended(await operate('InstallImage', makes, { options: options() }), 240_000)
    expect(operation.steps.map(({ node, state, error }) => [node, state, error?.message])).toEqual(makes.map((name) => [name, 'verified', undefined]))
    for (const { node, evidence, reads, stage } of operation.steps) {
      expect(mountsOf(node).at(-1), node).toMatchObject({ sha256: library.image.sha256, ejectedAtMs: expect.any(Number), problem: null })
      expect(evidence).toMatch(/^mounted in .* by (?:HTTPS?|NFS); .*it read .* MiB, 100 % of the image, in \d+ requests within .*; ejected$/)
      expect(stage).toBe('removing')
      expect(reads!.bytes).toBeGreaterThanOrEqual(library.image.bytes)
      const story = (await readAudit({ action: 'install', limit: 1_000 })).filter((row) => row.node === node).toReversed().map((row) => [row.outcome, (row.detail as { command?: string }).command])
      expect(story[0]).toEqual(['intent', 'InsertMedia'])
      expect(story.at(-2)).toEqual(['intent', 'EjectMedia'])
      expect(story.at(-1)).toEqual(['ok', undefined])
    }
    expect(await prisma().imageLink.count({ where: { revokedAt: null } })).toBe(0)
    const told = JSON.stringify([await readAudit({ limit: 10_000 }), operation])
    expect(told).not.toMatch(/\/i\/[a-z2-7]{26}/)
    await conductor.stop()
  }, 400_000)
})

/** The drives as the node's page shows them. */
const shownOf = async (nodeId: string) => mediaState.parse((await readSnapshot(nodeId, 'media'))!.data).slots

describe('installing that does not go', () => {
  it('is said in words that help: never read, refused, and a task that fails', async () => {
    const conductor = rig.start()
    await allKnown(['unread', 'refused', 'failing'])
    const { steps } = await ended(await operate('InstallImage', ['unread', 'refused', 'failing'], { options: options() }), 120_000)
    expect(steps.map(({ state }) => state)).toEqual(['not-applied', 'failed', 'failed'])
    expect(steps[0]!.error!.message).toMatch(/mounted but never read: .* its BMC has not fetched a byte of it either\. Look whether the BMC reaches the address .*; ejected$/)
    expect(steps[1]!.error!.message).toMatch(/the BMC refused to mount the image by HTTP\. It says: .*no free USB device/)
    expect(steps[2]!.error!.message).toMatch(/could not read the image by (?:HTTP|NFS) from 127\.0\.0\.1:\d+: look whether its network reaches that address/)
    expect(commandsOf({ steps } as Ended).slice(1)).toEqual([['InsertMedia'], ['InsertMedia']])
    await conductor.stop()
  }, 180_000)

  it('aborted while the host reads it leaves the image in and its link open; a person may eject all the same', async () => {
    const conductor = rig.start()
    await allKnown(['hpe'])
    const id = await operate('InstallImage', ['hpe'], { options: { ...options(), quietMinutes: 5 } })
    const { id: nodeId } = await prisma().node.findUniqueOrThrow({ where: { name: 'hpe' } })
    const links = await until(async () => {
      const [link] = await readImageLinks(nodeId)
      return link !== undefined && link.revokedAt === null && link.bytesServed > library.image.bytes / 2 && link
    }, 60_000, 'the reads')
    await prisma().$transaction((tx) => stopOperation(tx, id, 'aborted', 'ada'))
    const { steps } = await ended(id, 30_000)
    expect(steps[0]).toMatchObject({ state: 'aborted', error: { code: expect.stringMatching(/left-mounted|stopped/) } })
    if (steps[0]!.error!.code === 'left-mounted') expect((await readImageLinks(nodeId)).find((link) => link.id === links.id)).toMatchObject({ revokedAt: null })
    const ejected = await ended(await operate('EjectMedia', ['hpe'], { options: { force: true } }), 30_000)
    expect(ejected.state).toBe('succeeded')
    expect((await shownOf(nodeId)).every(({ inserted }) => inserted === false)).toBe(true)
    expect((await readImageLinks(nodeId)).every(({ revokedAt }) => revokedAt !== null)).toBe(true)
    await conductor.stop()
  }, 180_000)
})

describe('an install that is watched', () => {
  it('holds up neither the light nor an eject of the node, and sees that it was ejected', async () => {
    await forgetRates()
    const conductor = rig.start()
    await allKnown(['unread'])
    const id = await operate('InstallImage', ['unread'], { options: { ...options(), patienceMinutes: 60 } })
    await until(async () => (await prisma().step.findFirstOrThrow({ where: { operationId: id } })).stage === 'reading', 90_000, 'the watching')
    for (const action of ['IndicatorOn', 'EjectMedia'] as const) expect((await ended(await operate(action, ['unread']), 60_000)).state, action).toBe('succeeded')
    const { steps } = await ended(id, 60_000)
    expect(steps[0]).toMatchObject({ state: 'not-applied', error: { code: 'ejected-unread' } })
    expect(steps[0]!.commands).not.toContain('EjectMedia')
    await conductor.stop()
  }, 240_000)
})

const children = createChildren()
const { kill } = children

const startChild = () => children.start('conductor-child', [conductorUrl, rig.folder()])

/** Pseudo-random and the same every time: a failing point can be looked at again. */
const killPoints = Array.from({ length: 5 }, (_, seed) => 100 + ((seed * 7_919 + 104_729) % 12_000))

describe('checklist 56: kill -9 of the conductor during installs', () => {
  it('never mounts, restarts or ejects twice, and ends every step', async () => {
    let child = startChild()
    await allKnown(makes)
    const before = new Map<string, { mounts: number; resets: number }>(makes.map((name) => [name, { mounts: mountsOf(name).length, resets: rack.node(name).commands.length }]))
    const states = new Set<string>()
    for (const afterMs of killPoints) {
      await forgetRates()
      const id = await operate('InstallImage', makes, { options: options() })
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      await kill(child)
      child = startChild()
      const { steps } = await ended(id, 150_000)
      for (const { node, state, commands, error } of steps) {
        const when = `${node}, killed after ${afterMs} ms: ${state} ${error?.message ?? ''}`
        const was = before.get(node)!
        const mounts = mountsOf(node).length - was.mounts
        expect(mounts, when).toBeLessThanOrEqual(commands.filter((one) => one === 'InsertMedia').length)
        expect(commands.filter((one) => one === 'InsertMedia').length, when).toBeLessThanOrEqual(1)
        const resets = rack.node(node).commands.slice(was.resets).filter(({ action }) => action !== 'ResetBmc').length
        expect(resets, when).toBeLessThanOrEqual(2)
        if (state === 'verified') expect(mountsOf(node).at(-1), when).toMatchObject({ sha256: library.image.sha256 })
        states.add(state)
        before.set(node, { mounts: mountsOf(node).length, resets: rack.node(node).commands.length })
      }
      await forgetRates()
      await ended(await operate('EjectMedia', makes, { options: { force: true } }), 60_000)
    }
    expect(states).toContain('verified')
    await kill(child)
  }, 900_000)
})
