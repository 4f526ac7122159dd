import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Recording } from '#lib/domain/recording.ts'

export const RECORDINGS = resolve(process.env['RECORDINGS'] ?? join(import.meta.dirname, '../../../shared/recordings'))

/** A machine's whole tree as recorded (shared/recordings/README.md). */
export function readRecording(machine: string): Recording {
  return JSON.parse(gunzipSync(readFileSync(join(RECORDINGS, 'redfish', `${machine}.json.gz`))).toString('utf8')) as Recording
}

/** The replayer is the simulator's: what a user's recording is looked at with is what the recorded machines are tested with. */
export { startReplay, toKey, type Replay, type ReplayOptions } from '#simulator/redfish/replay.ts'
