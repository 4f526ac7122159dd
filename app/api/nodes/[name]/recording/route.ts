import { readRecording, removeRecording, startRecording, stopRecording } from '#lib/data/recordings.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('startRecording', ({ user, params }) => startRecording(user, params.name))
export const GET = handle('readRecording', ({ user, params }) => readRecording(user, params.name))
export const PATCH = handle('stopRecording', ({ user, params }) => stopRecording(user, params.name))
export const DELETE = handle('removeRecording', ({ user, params }) => removeRecording(user, params.name))
