import { fileURLToPath } from 'node:url'

/** Recordings of real machines, for tests only: `RECORDINGS`, else beside the project. Tests skip themselves without it. */
export const recordingsFolder = process.env.RECORDINGS ?? fileURLToPath(new URL('../../../../shared/recordings', import.meta.url))
