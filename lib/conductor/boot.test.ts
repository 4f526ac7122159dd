import { describe, expect, it } from 'vitest'
import { readAudit } from '#lib/db/audit.ts'
import { prisma } from '#lib/db/client.ts'
import type { BootOrder } from '#lib/domain/boot.ts'
import { ended, operate, until } from '../../tests/conductor-rig.ts'
import { everyMake, ipmiNode, knownOf, withEveryMake } from '../../tests/every-make.ts'

/** Boot overrides at every make's BMC, with each its own idea of how they are set. */

const rack = withEveryMake({
  more: [{ name: 'guarded', make: 'inspur', persona: 'healthy', protocol: 'ipmi', faces: ['ipmi'] }],
  protect: ['guarded'],
  timing: { powerOnMs: 300, gracefulShutdownMs: 300, cycleOffMs: 400 },
})

async function set(nodes: readonly string[], boot: BootOrder, start?: boolean) {
  await knownOf('boot', nodes)
  const id = await operate('SetBoot', nodes, { options: { boot, ...(start === undefined ? {} : { start }) } })
  const { steps } = await ended(id, 40_000)
  return { id, steps, byNode: Object.fromEntries(steps.map((step) => [step.node, step])) }
}

const overrideOf = (name: string) => rack().node(name).machine.bootOverride()

describe('a boot override of every make', () => {
  it('is set by one command, read back, and in the audit', async () => {
    const { id, steps } = await set(everyMake, { target: 'pxe', lasting: 'once' })
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'verified', commands: ['SetBoot'], evidence: expect.stringMatching(/^read back: Pxe, once/) })
      expect(overrideOf(step.node)).toMatchObject({ enabled: 'once', target: 'pxe' })
    }
    const rows = (await readAudit({ action: 'boot', limit: 100 })).filter((row) => row.operationId === id && row.node === ipmiNode)
    expect(rows.map(({ outcome, detail }) => [outcome, detail.boot ?? detail.evidence])).toEqual([
      ['ok', 'read back: Pxe, once, UEFI'],
      ['intent', { target: 'pxe', lasting: 'once' }],
    ])
  }, 60_000)

  it('over IPMI outlives the minute after which a BMC forgets it', async () => {
    const { evidence } = (await set([ipmiNode], { target: 'cd', lasting: 'once', mode: 'legacy' })).byNode[ipmiNode]!
    expect(evidence).toBe('read back: Cd, once, legacy')
  }, 20_000)

  it('is what the node starts from, once', async () => {
    const { byNode } = await set([ipmiNode, 'dell', 'hpe'], { target: 'setup', lasting: 'once' }, true)
    for (const [name, step] of Object.entries(byNode)) {
      expect(step, name).toMatchObject({ state: 'verified', before: 'on', after: 'on', commands: ['SetBoot', 'ForceRestart'] })
      expect(rack().node(name).machine.bootedFrom()).toBe('setup')
      expect(overrideOf(name).enabled).toBe('disabled')
    }
  }, 40_000)

  it('is taken away, however a make wants that said', async () => {
    await set(everyMake, { target: 'disk', lasting: 'once' })
    const { steps } = await set(everyMake, { target: 'none', lasting: 'once' })
    for (const step of steps) {
      expect(step, step.node).toMatchObject({ state: 'verified', evidence: 'read back: no override' })
      expect(overrideOf(step.node).enabled).toBe('disabled')
    }
  }, 60_000)

  it('is told by the record of what the BMC can do, soon after', async () => {
    await set(['dell'], { target: 'pxe', lasting: 'always' })
    await until(async () => {
      const { capabilities } = await prisma().node.findUniqueOrThrow({ where: { name: 'dell' } })
      return (capabilities as { boot: { current?: { target: string } } }).boot.current?.target === 'Pxe'
    }, 20_000, 'the override in the record')
  }, 40_000)
})

describe('a boot override that is refused', () => {
  it.each([
    ['inspur', { target: 'setup', lasting: 'once' }, /boots from None, Pxe, Cd, Hdd, and from no setup/],
    ['lenovo', { target: 'pxe', lasting: 'always' }, /no override that lasts always/],
    [ipmiNode, { target: 'http', lasting: 'once' }, /from no http/],
    ['hpe', { target: 'pxe', lasting: 'once', mode: 'legacy' }, /PropertyNotWritable|read-only/],
  ] as const)('by %s: %j', async (name, boot, why) => {
    const before = overrideOf(name)
    const step = (await set([name], boot)).steps[0]!
    expect(step).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(why) } })
    expect(overrideOf(name)).toEqual(before)
  }, 30_000)

  it('checklist 58: at a protected node', async () => {
    expect((await set(['guarded'], { target: 'pxe', lasting: 'once' })).steps[0]).toMatchObject({ state: 'failed', commands: [], error: { code: 'protected' } })
    expect(overrideOf('guarded').enabled).toBe('disabled')
  }, 30_000)
})
