import type { Answer } from './errors.ts'
import { link, type Resource } from './resource.ts'

/** The words that a make has for the states of a task on its way, and for its end. */
export interface TaskWords {
  words: readonly string[]
  done: string
  failed: string
}

export interface RunningTask {
  /** 202 with the task, and where it is. */
  answer: Answer
  /** What was begun is over: with a refusal it has failed. It shows no earlier than its time. */
  end: (refusal: Answer | undefined) => void
}

export interface Tasks {
  begin: (words: TaskWords, leastMs: number) => RunningTask
  resource: (path: string) => Resource | undefined
}

const kept = 32

/** The tasks of one BMC (DSP0266 §12): they take some time at least, and the last of them are kept. */
export function createTasks(base: string, now: () => number): Tasks {
  const tasks = new Map<string, () => Resource>()
  let count = 0

  return {
    begin(words, leastMs) {
      const id = String(++count)
      const path = `${base}/${id}`
      const startedMs = now()
      let refusal: Answer | undefined
      let isOver = false

      function read(): Resource {
        const share = leastMs <= 0 ? 1 : Math.min(1, (now() - startedMs) / leastMs)
        const hasEnded = isOver && share >= 1
        const word = words.words[Math.min(words.words.length - 1, Math.floor(share * words.words.length))]!
        const said = (refusal?.body?.['error'] as Resource | undefined)?.['@Message.ExtendedInfo']
        return {
          '@odata.id': path,
          '@odata.type': '#Task.v1_4_3.Task',
          Id: id,
          Name: 'Virtual media',
          TaskState: hasEnded ? (refusal ? words.failed : words.done) : word,
          TaskStatus: hasEnded && refusal ? 'Critical' : 'OK',
          PercentComplete: hasEnded ? 100 : Math.floor(share * 90),
          Messages: hasEnded && Array.isArray(said) ? said : [],
        }
      }

      tasks.set(path, read)
      if (tasks.size > kept) tasks.delete(tasks.keys().next().value!)
      return {
        answer: { status: 202, body: read(), headers: { Location: path } },
        end(given) {
          refusal = given
          isOver = true
        },
      }
    },
    resource(path) {
      if (path === base) return { '@odata.id': base, Name: 'Tasks', 'Members@odata.count': tasks.size, Members: [...tasks.keys()].map(link) }
      return tasks.get(path)?.()
    },
  }
}
