import { readRecordingFile } from '#lib/data/recordings.ts'
import { handle } from '../../../../handle.ts'

export const GET = handle('downloadRecording', async ({ user, params }) => {
  const headers = {
    'content-type': 'application/gzip',
    'content-disposition': `attachment; filename="recording-${new Date().toISOString().slice(0, 10)}.json.gz"`,
    'cache-control': 'no-store',
  }
  return new Response(await readRecordingFile(user, params.name), { headers })
})
