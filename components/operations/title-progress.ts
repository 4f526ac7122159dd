import { useEffect } from 'react'

export type Progress = { done: number; total: number }

const running = new Map<string, Progress>()
const prefix = /^\d{1,3} % · /

/** How far all of it is, before what the page is called; nothing of it when nothing runs. */
export function toTitle(title: string, progresses: readonly Progress[]): string {
  const bare = title.replace(prefix, '')
  const total = progresses.reduce((sum, one) => sum + one.total, 0)
  if (total === 0) return bare
  const done = progresses.reduce((sum, one) => sum + one.done, 0)
  return `${Math.floor((100 * done) / total)} % · ${bare}`
}

const show = () => void (document.title = toTitle(document.title, [...running.values()]))

/** Says in the browser's tab how far an operation is, for who looks at another tab; null: it is not under way. */
export function useTitleProgress(id: string, progress: Progress | null): void {
  const { done, total } = progress ?? { done: 0, total: 0 }
  useEffect(() => {
    if (total === 0) return
    running.set(id, { done, total })
    show()
    return () => {
      running.delete(id)
      show()
    }
  }, [id, done, total])
}

/** Of an operation that runs on more than one node. */
export const toShown = (state: string | undefined, progress: Progress | null): Progress | null => (state === 'running' && progress !== null && progress.total > 1 ? progress : null)
