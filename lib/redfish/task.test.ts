import { describe, expect, it } from 'vitest'
import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { followTask, toTaskPath, type FollowOptions } from './task.ts'
import { createMemorySession, toAnswer } from './testing/memory-session.ts'

const TASK = '/redfish/v1/TaskService/Tasks/7'

const answer = (status: number, body: unknown = undefined, more: Partial<Answer> = {}): Answer => ({
  ...toAnswer(status, body),
  isJson: body !== undefined,
  ...more,
})
const task = (TaskState: string, more: object = {}) => answer(200, { '@odata.type': '#Task.v1_4_0.Task', TaskState, ...more })

/** Follows a task that is answered with these in turn, the last one for ever. */
async function follow(answers: (Answer | RedfishError)[], options: FollowOptions = {}) {
  let looks = 0
  const session = createMemorySession({})
  session.ask = async () => {
    const given = answers[Math.min(looks++, answers.length - 1)]!
    if (given instanceof RedfishError) throw given
    return given
  }
  const outcome = await followTask(session, TASK, { pauseMs: 0, lateMs: 5, ...options })
  return { ...outcome, looks }
}

describe('the task that an answer names', () => {
  it.each([
    ['a 202 with a Location', answer(202, undefined, { location: TASK }), TASK],
    ['a task in the body', answer(202, { '@odata.type': '#Task.v1_4_0.Task', '@odata.id': TASK }), TASK],
    ['its monitor before itself', answer(202, { '@odata.type': '#Task.v1_4_0.Task', '@odata.id': TASK, TaskMonitor: `${TASK}/Monitor` }), `${TASK}/Monitor`],
    ['none in a 201, whose Location is what was made', answer(201, {}, { location: TASK }), undefined],
    ['none in a 204', answer(204), undefined],
  ])('%s', (_name, given, path) => expect(toTaskPath(given)).toBe(path))
})

describe('a task', () => {
  it.each<[string, Answer[], object]>([
    ['ends when its state does', [task('New'), task('Running', { PercentComplete: 40 }), task('Completed')], { end: 'done', looks: 3 }],
    ['fails with its messages', [task('Exception', { Messages: [{ Message: 'the host is off' }] })], { end: 'failed', messages: ['the host is off'] }],
    ['is cancelled only when it is', [task('Cancelling'), task('Cancelled')], { end: 'cancelled', looks: 2 }],
    ['may be interrupted and go on', [task('Interrupted'), task('Completed')], { end: 'done', looks: 2 }],
    ['is a job with words of its own (Dell)', [answer(200, { JobState: 'Scheduled' }), answer(200, { JobState: 'CompletedWithErrors' })], { end: 'failed' }],
    ['ends in a word nobody knows, when it has an end time', [task('Erledigt', { EndTime: '2024-05-01T10:00:00Z' })], { end: 'done' }],
    ['fails in a word nobody knows', [task('Vorbei', { EndTime: '2024-05-01T10:00:00Z', TaskStatus: 'Critical' })], { end: 'failed' }],
    ['is a monitor that answers as the operation', [answer(202), answer(202), answer(204)], { end: 'done', looks: 3 }],
    ['is a monitor that answers with the refusal', [answer(202), answer(400, { error: { message: 'no image' } })], { end: 'failed', messages: ['no image'] }],
    ['is not there yet (Dell)', [answer(404), answer(404), task('Completed')], { end: 'done', looks: 3 }],
    ['was there and is gone: nobody knows', [answer(202), answer(404)], { end: 'gone', looks: 2 }],
  ])('%s', async (_name, answers, outcome) => {
    expect(await follow(answers, { lateMs: 60_000 })).toMatchObject(outcome)
  })

  it('that never appears is given up', async () => {
    expect(await follow([answer(404)], { pauseMs: 1 })).toMatchObject({ end: 'gone' })
  })

  it('is followed through a restart of the BMC, and not beyond the end of the conversation', async () => {
    const lost = new RedfishError('unreachable', 'bmc:443', 'connection lost')
    expect(await follow([lost, answer(503), lost, task('Completed')])).toMatchObject({ end: 'done', looks: 4 })
    await expect(follow([new RedfishError('certificate-changed', 'bmc:443', 'x')])).rejects.toMatchObject({ kind: 'certificate-changed' })
  })

  it('is left to itself at the deadline, and when the follower is stopped', async () => {
    expect(await follow([task('Running')], { deadlineMs: 5, pauseMs: 2 })).toMatchObject({ end: 'running', state: 'Running' })
    const stop = new AbortController()
    const onProgress = () => stop.abort()
    expect(await follow([task('Running')], { signal: stop.signal, pauseMs: 60_000, onProgress })).toMatchObject({ end: 'running', looks: 1 })
  })
})
