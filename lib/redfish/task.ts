import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { isRedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { readExtendedInfo } from './extended-info.ts'
import { link, list, number, parseLoose, text } from './loose.ts'
import type { RedfishSession } from './session.ts'

/** How something that a BMC does after its answer came out. `running`: not ended when we stopped looking. `gone`: nobody knows any more. */
export type TaskOutcome = {
  end: 'done' | 'failed' | 'cancelled' | 'running' | 'gone'
  /** The BMC's own word for the state, when it had one. */
  state: string | undefined
  percent: number | undefined
  messages: string[]
  /** The ids of the messages, where they have some. */
  codes: string[]
}

export type FollowOptions = {
  /** After so long the task is left to itself; 10 minutes by default. */
  deadlineMs?: number
  /** First pause between two looks, growing to eight times that; 1 s by default. A `Retry-After` up to 30 s counts more. */
  pauseMs?: number
  /** How often a task that is not there yet is looked for again; a Dell job appears up to 30 s after the answer that names it. */
  lateMs?: number
  /** Stops the looking; the BMC goes on with what it does. */
  signal?: AbortSignal | undefined
  onProgress?: (outcome: TaskOutcome) => void
}

const MAX_RETRY_AFTER_MS = 30_000

/** The task that an answer names: its `Location` (a task monitor or the task itself), else the task in its body (DSP0266 §12.2). */
export function toTaskPath(answer: Answer): string | undefined {
  const { '@odata.id': self, '@odata.type': type, TaskMonitor } = parseLoose(taskSchema, answer.body)
  if (answer.status === 202 && answer.location !== undefined) return answer.location
  return type?.startsWith('#Task.') ? (TaskMonitor ?? self) : undefined
}

/**
 * Looks at a task until it has ended, one GET at a time, each after a pause. A BMC that is silent meanwhile (it may be restarting for
 * the very task) is asked on until the deadline; what ends the conversation is thrown.
 */
export async function followTask(session: RedfishSession, path: string, options: FollowOptions = {}): Promise<TaskOutcome> {
  const { deadlineMs = 600_000, pauseMs = 1_000, lateMs = 30_000, signal, onProgress } = options
  const startMs = performance.now()
  let last: TaskOutcome = { end: 'running', state: undefined, percent: undefined, messages: [], codes: [] }
  let wasSeen = false
  for (let pause = pauseMs; ; pause = Math.min(pause * 1.5, pauseMs * 8)) {
    const answer = await look(session, path)
    const isMissing = answer !== undefined && [404, 410].includes(answer.status)
    if (answer !== undefined && !isMissing) {
      last = toOutcome(answer)
      wasSeen = true
      onProgress?.(last)
      if (last.end !== 'running') return last
    }
    const spentMs = performance.now() - startMs
    if (isMissing && (wasSeen || spentMs >= lateMs)) return { ...last, end: 'gone' }
    const waitMs = Math.max(pause, Math.min(answer?.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS))
    if (spentMs + waitMs > deadlineMs || !(await waited(waitMs, signal))) return last
  }
}

/** Undefined when the BMC does not answer just now. */
async function look(session: RedfishSession, path: string): Promise<Answer | undefined> {
  try {
    return await session.ask(path)
  } catch (error) {
    if (isRedfishError(error, 'timeout', 'unreachable', 'refused', 'tls', 'busy')) return undefined
    throw error
  }
}

async function waited(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return await delay(ms, true, { signal }).catch(() => false)
}

const taskSchema = z.object({
  '@odata.id': link,
  '@odata.type': text,
  TaskMonitor: link,
  TaskState: text,
  JobState: text,
  TaskStatus: text,
  PercentComplete: number,
  EndTime: text,
  Messages: list,
})

/**
 * What one look says. A monitor answers 202 while the task goes on and then with the answer of the operation itself; a task answers 200
 * with its state in a word.
 */
function toOutcome(answer: Answer): TaskOutcome {
  const body = parseLoose(taskSchema, answer.body)
  const state = body.TaskState ?? body.JobState
  const said = readExtendedInfo({ '@Message.ExtendedInfo': body.Messages })
  const told = said.length > 0 ? said : readExtendedInfo(answer.body)
  const codes = told.flatMap(({ id }) => (id === '' ? [] : [id]))
  const outcome = { state, percent: body.PercentComplete, messages: told.map((message) => message.text), codes }
  if (answer.status >= 500 || answer.status === 429) return { ...outcome, end: 'running' }
  if (answer.status >= 400) return { ...outcome, end: 'failed' }
  if (state !== undefined) return { ...outcome, end: toEnd(state, body) }
  return { ...outcome, end: answer.status === 202 ? 'running' : 'done' }
}

/** DSP0268 Task.TaskState; and words that vendors have besides (H3C, Dell's JobState). Told by how they begin, since nobody lists them. */
const ENDS: [RegExp, TaskOutcome['end']][] = [
  [/^(?:completedwitherrors|exception|fail|error|abort|kill|rebootfail|timeout|expired)/i, 'failed'],
  [/^(?:cancelled|canceled)/i, 'cancelled'],
  [/^(?:complete|success|succeed|finish|done|ok$)/i, 'done'],
]

/** A word that is not known has ended when the task has an end time, and then well when its status is. */
function toEnd(state: string, { EndTime, TaskStatus }: z.infer<typeof taskSchema>): TaskOutcome['end'] {
  const known = ENDS.find(([words]) => words.test(state))?.[1]
  if (known !== undefined) return known
  const isActive = /^(?:new|start|run|suspend|interrupt|pend|stop|service|cancelling|schedul|download|wait|ready)/i.test(state)
  if (isActive || EndTime === undefined || !(Date.parse(EndTime) > 0)) return 'running'
  return TaskStatus === undefined || /^ok$/i.test(TaskStatus) ? 'done' : 'failed'
}
