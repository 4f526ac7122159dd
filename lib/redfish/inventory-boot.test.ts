import { expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const HOST = '/redfish/v1/Systems/s'
const OPTIONS = `${HOST}/BootOptions`
const at = (path: string) => ({ '@odata.id': path })

async function readBoot(order: unknown, options: unknown[]) {
  const tree = createSmallTree({}, { [OPTIONS]: { Members: options.map((_, index) => at(`${OPTIONS}/${index}`)) } })
  tree[HOST] = { ...(tree[HOST] as object), Boot: { BootOptions: at(OPTIONS), BootOrder: order } }
  options.forEach((option, index) => (tree[`${OPTIONS}/${index}`] = option))
  const { parts, sections } = await readInventory(createModel(createMemorySession(tree)))
  const found = parts.filter(({ kind }) => kind === 'bootOption')
  return { section: sections.bootOption, told: found.map(({ slot, name, bootPlace, isEnabled }) => [slot, name, bootPlace, isEnabled]) }
}

const disk = { Id: '1', BootOptionReference: 'Boot0002', DisplayName: 'ubuntu', Name: 'Boot Option' }
const pxe = { Id: 'Boot0001', DisplayName: 'PXE', BootOptionEnabled: false }

it('an option has its place in the order by its reference, by its id where it has none', async () => {
  expect(await readBoot(['Boot0001', 'Boot0002'], [disk, pxe])).toEqual({
    section: 'read',
    told: [
      ['Boot0002', 'ubuntu', 2, undefined],
      ['Boot0001', 'PXE', 1, false],
    ],
  })
})

it.each<[string, unknown, number | undefined]>([
  ['lacks it', ['Boot0009'], undefined],
  ['is no list', 'Boot0002', undefined],
  ['has nonsense before it', [{}, 'Boot0002'], 2],
])('where the order %s, nothing false is said of its place', async (_, order, place) => {
  expect((await readBoot(order, [disk])).told).toEqual([['Boot0002', 'ubuntu', place, undefined]])
})

it('one that cannot be read leaves the others', async () => {
  expect(await readBoot(['Boot0002'], [500, disk])).toEqual({ section: 'partial', told: [['Boot0002', 'ubuntu', 1, undefined]] })
})
