import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Complaint } from './complaint.ts'
import { identityOf, isAlive } from './process-identity.ts'

/** A process, such that a later one with the same id is not taken for it. */
export type ProcessMark = { pid: number; identity: string }

type Claim = ProcessMark & { children: ProcessMark[] }

export type StartLock = {
  /** Notes the children of this start, so that the next one can end those that outlive it. */
  note: (pids: readonly number[]) => void
  release: () => void
}

export const markOf = (pid: number): ProcessMark => ({ pid, identity: identityOf(pid) })
export const isThatProcess = ({ pid, identity }: ProcessMark): boolean => isAlive(pid) && identityOf(pid) === identity

function read(file: string): Claim | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Claim
  } catch {
    return null
  }
}

/** Written whole under another name, then linked, which fails where the file exists: of two starts at once one wins. */
function tryClaim(file: string, claim: Claim): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(claim), { mode: 0o644 })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    unlinkSync(draft)
  }
}

/** Takes a dead start's file away. Had another start replaced it a moment ago, that one's file is put back. */
function removeStale(file: string, stale: Claim): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const moved = read(aside)
  if (moved !== null && isThatProcess(moved) && moved.pid !== stale.pid) linkSync(aside, file)
  unlinkSync(aside)
}

/** Children that outlived a killed supervisor: asked to end, then made to. They hold nothing that a kill would harm. */
async function endSurvivors(children: readonly ProcessMark[], say: (line: string) => void): Promise<void> {
  const alive = () => children.filter(isThatProcess)
  const left = alive()
  if (left.length === 0) return
  say(`ending ${left.length} processes that an earlier start left behind`)
  for (const { pid } of left) process.kill(pid, 'SIGTERM')
  for (const end = Date.now() + 3_000; alive().length > 0 && Date.now() < end; ) await sleep(50)
  for (const { pid } of alive()) process.kill(pid, 'SIGKILL')
}

/**
 * Takes a file as a lock for this process. Gives the process that holds it, or null when it is ours now; `onStale` is told of a holder
 * that is gone, before the file is tried again.
 */
async function takeFile(file: string, onStale: (stale: Claim) => Promise<void>): Promise<ProcessMark | null> {
  while (!tryClaim(file, { ...markOf(process.pid), children: [] })) {
    const other = read(file)
    if (other === null) {
      await sleep(50)
      continue
    }
    if (isThatProcess(other)) return other
    removeStale(file, other)
    await onStale(other)
  }
  return null
}

/** Runs `work` while no other process does so under the same file; waits its turn, and says once that it waits. */
export async function inTurn<T>(file: string, work: () => Promise<T>, onWait: (other: ProcessMark) => void): Promise<T> {
  for (let waited = false; ; await sleep(300)) {
    const other = await takeFile(file, async () => {})
    if (other === null) break
    if (!waited) onWait(other)
    waited = true
  }
  try {
    return await work()
  } finally {
    unlinkSync(file)
  }
}

/** Makes this the one start of a data folder, or complains that there is one. Cleans up after one that was killed. */
export async function claimStart(folder: string, say: (line: string) => void): Promise<StartLock> {
  const file = join(folder, 'start.lock')
  const own = markOf(process.pid)
  const other = await takeFile(file, (stale) => endSurvivors(stale.children, say))
  if (other !== null) throw new Complaint(`Baseboard runs on this DATA_DIR already (process ${other.pid}, ${folder}): stop that one, or choose another DATA_DIR`)
  return {
    note: (pids) => {
      writeFileSync(`${file}.new`, JSON.stringify({ ...own, children: pids.map(markOf) }))
      renameSync(`${file}.new`, file)
    },
    release: () => unlinkSync(file),
  }
}
