import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRecordingFile, startReplays } from './replays.ts'

const recording = { machine: { model: 'X' }, resources: { '/redfish/v1': { RedfishVersion: '1.9.0' } }, errors: [{ path: '/redfish/v1/Bad', status: 500, raw: '<html>' }] }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replays-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

it('reads a recording, packed or not, and says which file is none', async () => {
  const text = JSON.stringify(recording)
  expect(await readRecordingFile(await file('n7.json', text))).toEqual(recording)
  expect(await readRecordingFile(await file('n7.json.gz', gzipSync(text)))).toEqual(recording)
  await expect(readRecordingFile(await file('no.json', '{"resources": {}}'))).rejects.toThrow(/no\.json: this is no recording/)
  await expect(readRecordingFile(await file('cut.json.gz', gzipSync(text).subarray(0, 40)))).rejects.toThrow(/--replay .*cut\.json\.gz: /)
})

it('describes each as a node of a rack, under the name of its file', async () => {
  const replays = await startReplays([await file('n8.json.gz', gzipSync(JSON.stringify(recording)))], { username: 'admin', password: 'secret' })
  const [node] = replays.describe().nodes
  expect(node).toMatchObject({ name: 'n8', protocol: 'redfish', address: '127.0.0.1', username: 'admin', password: 'secret', ports: { redfish: expect.any(Number) } })
  await replays.close()
})
