import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shippedFanProfiles, toCandidates } from './fan-catalogue.ts'
import { readFanProfiles } from './fan-profile-files.ts'

const own = {
  id: 'our-gigabyte',
  name: 'Our Gigabyte',
  grade: 'C',
  source: 'tried here',
  match: { manufacturerIds: [15370] },
  modes: [{ id: 'automatic', name: 'Automatic', kind: 'automatic', set: ['3A 10 00'] }],
  automatic: 'automatic',
}
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fan-profiles-'))
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text)
  put('a-good.json', JSON.stringify(own))
  put('b-broken.json', '{ "id": ')
  put('c-wrong.json', JSON.stringify({ ...own, id: 'wrong', modes: [{ ...own.modes[0], set: ['00 02 00'] }] }))
  put('d-taken.json', JSON.stringify({ ...own, id: 'dell-idrac' }))
  put('e-again.json', JSON.stringify(own))
  put('f-large.json', JSON.stringify({ ...own, note: 'x'.repeat(70_000) }))
  put('notes.txt', 'not read')
  mkdirSync(join(folder, 'g-folder.json'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('takes what is right, and names file and field of what is not', async () => {
  const { profiles, problems } = await readFanProfiles(folder)
  expect(profiles.filter(({ isOwn }) => isOwn).map(({ id }) => id)).toEqual(['our-gigabyte'])
  expect(profiles).toHaveLength(shippedFanProfiles.length + 1)
  expect(problems).toEqual([
    expect.stringMatching(/b-broken\.json: is no JSON: /),
    expect.stringMatching(/c-wrong\.json: modes\.0\.set\.0: has the network function 00h; fans may be told only by 2C/),
    expect.stringMatching(/d-taken\.json: id: "dell-idrac" is taken/),
    expect.stringMatching(/e-again\.json: id: "our-gigabyte" is taken/),
    expect.stringMatching(/f-large\.json: has \d+ bytes/),
    expect.stringMatching(/g-folder\.json: is no file/),
  ])
})

it('puts what the site wrote itself before what came along', async () => {
  const { profiles } = await readFanProfiles(folder)
  expect(toCandidates(profiles, { manufacturerId: 15370, productId: 0, firmware: '1.0', names: [] }).map(({ id }) => id)).toEqual(['our-gigabyte', 'gigabyte-ast2500'])
})

it('a folder that is not there holds none', async () => {
  expect(await readFanProfiles(join(folder, 'nowhere'))).toEqual({ profiles: shippedFanProfiles, problems: [] })
})
