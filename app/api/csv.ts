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

/** A file of comma-separated values to be saved; pieces are sent as they are made: what the reader does not take is not read from the database. */
export const toCsvResponse = (text: string | AsyncGenerator<string>, fileName: string) =>
  new Response(typeof text === 'string' ? text : toBody(text), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    },
  })
