import { openStream } from '#lib/data/stream.ts'
import { handle } from '../handle.ts'

// no-transform keeps proxies (and our own gzip) from holding events back.
const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' }

export const GET = handle('stream', async ({ user, request }) => new Response(await openStream(user, request.signal), { headers }))
