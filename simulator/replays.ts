import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Recording } from '#lib/domain/recording.ts'
import type { Rack } from './rack.ts'
import { startReplay, type ReplayOptions } from './redfish/replay.ts'

/** A larger file is none of ours: a recording has at most 64 MiB of JSON. */
const mostBytes = 256 * 1024 * 1024

/** A recording from its file, packed or not. Throws in words that name the file. */
export async function readRecordingFile(file: string): Promise<Recording> {
  const bytes = await readFile(file)
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    const value: unknown = JSON.parse((isPacked ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes).toString('utf8'))
    if (isRecording(value)) return value
  } catch (error) {
    throw new Error(`--replay ${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  throw new Error(`--replay ${file}: this is no recording: it has no resources, or no service root among them`)
}

function isRecording(value: unknown): value is Recording {
  if (typeof value !== 'object' || value === null || !('resources' in value)) return false
  const { resources } = value
  return typeof resources === 'object' && resources !== null && ('/redfish/v1' in resources || '/redfish/v1/' in resources)
}

/** Serves each recording at a port of 127.0.0.1, and describes them as a rack describes its nodes. */
export async function startReplays(files: readonly string[], options: ReplayOptions & { username: string; password: string }): Promise<Pick<Rack, 'describe' | 'close'>> {
  const recordings = await Promise.all(files.map(async (file) => ({ file, recording: await readRecordingFile(file) })))
  const replays = await Promise.all(recordings.map(async ({ file, recording }) => ({ file, replay: await startReplay(recording, options) })))
  const { username, password } = options
  return {
    describe: () => ({
      nodes: replays.map(({ file, replay }) => ({
        name: basename(file).replace(/\.json(?:\.gz)?$/, ''),
        persona: 'healthy',
        protocol: 'redfish',
        address: replay.host,
        ports: { redfish: replay.port },
        username,
        password,
      })),
    }),
    close: async () => {
      await Promise.all(replays.map(({ replay }) => replay.close()))
    },
  }
}
