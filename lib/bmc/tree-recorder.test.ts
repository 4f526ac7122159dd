import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Recording } from '#lib/domain/recording.ts'
import { createTreeRecorder, type FetchedResource } from './tree-recorder.ts'

const json = (body: unknown, status = 200): FetchedResource => ({ status, json: JSON.stringify(body), text: '', seconds: 0.1 })

function takeAll(answers: Record<string, FetchedResource | null>, limits?: { resources: number; bytes: number }) {
  const recorder = createTreeRecorder(limits)
  let next = recorder.next()
  for (; 'path' in next; next = recorder.next()) recorder.take(next.path, answers[next.path] ?? json({ error: { message: 'gone' } }, 404))
  return { recorder, end: next.end }
}

const unpack = (file: Buffer) => JSON.parse(gunzipSync(file).toString('utf8')) as Recording

const root = json({ '@odata.type': '#ServiceRoot.v1_9_0.ServiceRoot', RedfishVersion: '1.9.0', Systems: { '@odata.id': '/redfish/v1/Systems' }, Chassis: { '@odata.id': '/redfish/v1/Chassis' } })

describe('a tree recorder', () => {
  it('writes resources, times, errors of any form, and what machine it was', async () => {
    const html: FetchedResource = { status: 500, json: null, text: '<html>10.4.0.7 failed</html>', seconds: 2 }
    const { recorder, end } = takeAll({ '/redfish/v1/': root, '/redfish/v1/Systems': html })
    const { file, summary } = await recorder.finish(end)
    expect(unpack(file)).toMatchObject({
      machine: { recorded_by: 'Baseboard', redfish_version: '1.9.0' },
      resources: { '/redfish/v1': { RedfishVersion: '1.9.0' } },
      seconds: { '/redfish/v1': 0.1, '/redfish/v1/Systems': 2 },
      errors: [{ path: '/redfish/v1/Systems', status: 500, raw: '<html>198.18.0.1 failed</html>' }, { path: '/redfish/v1/Chassis', status: 404 }],
    })
    expect(summary).toEqual({ end: 'whole', resources: 1, errors: 2, unread: 0, bytes: file.length, masked: { address: 1 } })
  })

  it('keeps to its limits, and says what is missing', async () => {
    const answers = { '/redfish/v1/': root, '/redfish/v1/Systems': json({ Text: 'x'.repeat(2_000) }) }
    const few = takeAll(answers, { resources: 2, bytes: 1e6 })
    expect([few.end, (await few.recorder.finish(few.end)).summary.unread]).toEqual(['too-many', 1])
    expect(takeAll(answers, { resources: 10, bytes: 1_000 }).end).toBe('too-large')
    expect(takeAll(answers, { resources: 3, bytes: 1e6 }).end).toBe('whole')
  })

  it('counts what gave no answer', async () => {
    const { recorder, end } = takeAll({ '/redfish/v1/': root, '/redfish/v1/Systems': json({}) })
    recorder.take('/redfish/v1/TooLarge', null)
    expect((await recorder.finish(end)).summary).toMatchObject({ resources: 2, errors: 1, unread: 1 })
  })
})
