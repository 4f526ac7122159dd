/** A body that is made as it is sent. */
export function toBody(pieces: Generator<string> | AsyncGenerator<string>): ReadableStream<Uint8Array> {
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

const types = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/x-ndjson; charset=utf-8' } as const

/** A file to be saved, of the type that its name tells; pieces are sent as they are made: what the reader does not take is not read from the database. */
export const toFileResponse = (text: string | AsyncGenerator<string>, fileName: `${string}.${keyof typeof types}`) =>
  new Response(typeof text === 'string' ? text : toBody(text), {
    headers: {
      'content-type': types[fileName.endsWith('.csv') ? 'csv' : 'jsonl'],
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    },
  })
