import { afterEach, describe, expect, it } from 'vitest'
import { openRedfish, type RedfishSession } from './session.ts'
import { sendJson, startTestBmc, withSessions, type TestBmc } from './testing/test-bmc.ts'

let bmc: TestBmc | undefined
let session: RedfishSession | undefined
afterEach(async () => {
  await session?.close()
  await bmc?.close()
})

type Tags = { header?: string; body?: string }
/** What a PATCH with this If-Match is answered. */
type Judge = (ifMatch: string | undefined, tries: number) => { status: number; messageId?: string }

/** A BMC whose one resource has these tags; gives what was tried and how often the change was applied. */
async function openTagged(tags: Tags, judge: Judge) {
  const state = { tags, tried: [] as (string | undefined)[], applied: 0 }
  bmc = await startTestBmc(
    withSessions((request, response) => {
      if (request.method === 'GET') {
        const headers: Record<string, string> = state.tags.header === undefined ? {} : { etag: state.tags.header }
        return sendJson(response, state.tags.body === undefined ? {} : { '@odata.etag': state.tags.body }, 200, headers)
      }
      expect(request.headers['content-type']).toBe('application/json')
      state.tried.push(request.headers['if-match'])
      const { status, messageId } = judge(request.headers['if-match'], state.tried.length)
      if (status < 300) state.applied++
      sendJson(response, messageId === undefined ? {} : { error: { '@Message.ExtendedInfo': [{ MessageId: messageId }] } }, status)
    }),
  )
  session = await openRedfish(bmc.target, { retryDelayMs: 1 })
  return { state, patch: (ifMatch?: string) => session!.patch('/redfish/v1/Systems/1', { IndicatorLED: 'Lit' }, ifMatch) }
}

const accepts = (...conditions: (string | undefined)[]): Judge => (ifMatch) => ({ status: conditions.includes(ifMatch) ? 204 : 412 })

describe('the condition of a change', () => {
  it.each<[string, Tags, Judge, (string | undefined)[]]>([
    ['the tag of the header', { header: '"7"', body: '"8"' }, accepts('"7"'), ['"7"']],
    ['the tag of the body where the header has none', { body: 'W/"7"' }, accepts('W/"7"'), ['W/"7"']],
    ['a weak tag as a strong one (Gigabyte)', { header: 'W/"7"' }, accepts('"7"'), ['W/"7"', '"7"']],
    ['a tag that came without quotes, with them', { header: '7' }, accepts('"7"'), ['7', '"7"']],
    ['any state, where no form of the tag is taken', { header: '"7"' }, accepts('*'), ['"7"', 'W/"7"', '*']],
    ['none, where every condition is refused', { header: '"7"' }, accepts(undefined), ['"7"', 'W/"7"', '*', undefined]],
    ['any state, where one is asked for and the resource has no tag', {}, (tag) => ({ status: tag === '*' ? 200 : 428 }), [undefined, '*']],
    ['none at first, where the tag is empty', { header: '""', body: '' }, accepts(undefined), [undefined]],
    [
      'any state, where it is asked for in words alone (AMI)',
      {},
      (tag) => (tag === '*' ? { status: 204 } : { status: 400, messageId: 'Ami.1.0.PreconditionHeaderMissing' }),
      [undefined, '*'],
    ],
  ])('is %s', async (_name, tags, judge, tried) => {
    const { state, patch } = await openTagged(tags, judge)
    await patch()
    expect(state).toMatchObject({ tried, applied: 1 })
  })

  it.each([400, 401, 500, 503])('is not tried in another form after %i: that is no refused condition', async (status) => {
    const { state, patch } = await openTagged({ header: '"7"' }, () => ({ status }))
    await expect(patch()).rejects.toMatchObject({ status, notSent: false })
    expect(state.tried).toEqual(['"7"'])
  })

  it('ends with the refusal when every form of it is refused', async () => {
    const { state, patch } = await openTagged({ header: '"7"' }, () => ({ status: 412 }))
    await expect(patch()).rejects.toMatchObject({ kind: 'http', status: 412 })
    expect(state.tried).toEqual(['"7"', 'W/"7"', '*', undefined])
  })
})

describe('a change of the state that somebody saw', () => {
  it('goes through while the resource is in it, in whatever form the tag is given', async () => {
    const { state, patch } = await openTagged({ header: 'W/"7"' }, accepts('*'))
    await patch('"7"')
    expect(state.tried).toEqual(['W/"7"', '"7"', '*'])
  })

  it('is left alone when the resource has changed since', async () => {
    const { state, patch } = await openTagged({ header: '"8"' }, accepts('"8"'))
    await expect(patch('"7"')).rejects.toMatchObject({ status: 412, notSent: true, message: expect.stringContaining('has changed since') })
    expect(state.tried).toEqual([])
  })

  it('is left alone when the resource changes between the reading and the change', async () => {
    const { state, patch } = await openTagged({ header: '"7"' }, () => {
      state.tags = { header: '"8"' }
      return { status: 412 }
    })
    await expect(patch('"7"')).rejects.toMatchObject({ status: 412, message: expect.stringContaining('has changed since') })
    expect(state.tried).toEqual(['"7"'])
  })
})

it('sends no change when the reading before it fails, and says that nothing was changed', async () => {
  bmc = await startTestBmc(withSessions((_request, response) => sendJson(response, {}, 404)))
  session = await openRedfish(bmc.target)
  await expect(session.patch('/redfish/v1/Systems/1', {})).rejects.toMatchObject({ kind: 'not-found', notSent: true })
  expect(bmc.requests.filter((request) => request.startsWith('PATCH'))).toEqual([])
})
