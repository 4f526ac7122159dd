import { exportAudit, readAudit } from '#lib/data/audit.ts'
import { handle } from '../handle.ts'

const csvHeaders = {
  'content-type': 'text/csv; charset=utf-8; header=present',
  'content-disposition': 'attachment; filename="baseboard-audit.csv"',
  'cache-control': 'no-store',
}

function toBody(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: () => void pieces.return(undefined),
  })
}

export const GET = handle('readAudit', async ({ user, query }) =>
  query.format === 'csv' ? new Response(toBody(await exportAudit(user, query)), { headers: csvHeaders }) : readAudit(user, query),
)
