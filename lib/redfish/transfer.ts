import type { Dispatcher } from 'undici'
import { isRedfishError, RedfishError } from './errors.ts'

/** How long each part of an exchange may take, in milliseconds. */
export type Deadlines = {
  /** TCP and TLS together. */
  connectMs: number
  /** From the request to the complete answer headers, the connection included. */
  headersMs: number
  /** Between two pieces of the body. */
  idleMs: number
  /** The whole exchange. */
  totalMs: number
}

export type TransferLimits = { address: string; deadlines: Deadlines; maxBodyBytes: number }

/** An answer as it came over the wire. */
export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; bytes: Buffer }

type Request = Pick<Dispatcher.DispatchOptions, 'method' | 'path' | 'headers' | 'body'>

/**
 * One request and its whole answer. The deadline or limit that is passed first aborts it, connection and all, with the sentence that names
 * it: no more than one piece beyond the limit is ever held. Rejects with a RedfishError.
 */
export function transfer(dispatcher: Dispatcher, request: Request, { address, deadlines, maxBodyBytes }: TransferLimits): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let failure: RedfishError | undefined
    let reply: Omit<Reply, 'bytes'> | undefined
    const pieces: Buffer[] = []
    let size = 0

    function fail(error: RedfishError): void {
      if (failure !== undefined) return
      failure = error
      stopClock()
      reject(error)
      controller?.abort(error)
    }

    const expire = (text: string) => fail(new RedfishError('timeout', address, text))
    const total = setTimeout(() => expire(`no complete answer within ${deadlines.totalMs} ms`), deadlines.totalMs)
    const headers = setTimeout(() => expire(`no answer within ${deadlines.headersMs} ms`), deadlines.headersMs)
    let idle: NodeJS.Timeout | undefined
    function stopClock(): void {
      clearTimeout(total)
      clearTimeout(headers)
      clearTimeout(idle)
    }

    const tooLarge = () => new RedfishError('too-large', address, `answer larger than ${maxBodyBytes} bytes`, { status: reply?.status })

    dispatcher.dispatch(request, {
      onRequestStart(given) {
        controller = given
        // Given up while it waited for the connection: nothing is sent.
        if (failure !== undefined) given.abort(failure)
      },
      onResponseStart(_controller, status, given) {
        // 1xx goes before the answer.
        if (status < 200) return
        clearTimeout(headers)
        reply = { status, headers: given }
        const encoding = toText(given['content-encoding']) ?? 'identity'
        if (encoding.toLowerCase() !== 'identity') {
          return fail(new RedfishError('http', address, `answer encoded as ${quote(encoding)} although none was accepted`, { status }))
        }
        if (Number(given['content-length'] ?? 0) > maxBodyBytes) return fail(tooLarge())
        idle = setTimeout(() => expire(`the answer stopped for ${deadlines.idleMs} ms`), deadlines.idleMs)
      },
      onResponseData(_controller, piece) {
        if (failure !== undefined) return
        idle?.refresh()
        size += piece.length
        if (size > maxBodyBytes) return fail(tooLarge())
        pieces.push(piece)
      },
      onResponseEnd() {
        stopClock()
        if (failure === undefined && reply !== undefined) resolve({ ...reply, bytes: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size) })
      },
      onResponseError(_controller, error) {
        fail(toTransferError(address, error))
      },
    })
  })
}

function toTransferError(address: string, error: unknown): RedfishError {
  if (isRedfishError(error)) return error
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return new RedfishError('closed', address, 'the conversation was closed')
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return new RedfishError('too-large', address, 'answer headers larger than 32 KiB')
  if (code.startsWith('HPE_')) return new RedfishError('not-redfish', address, `the answer is not HTTP (${code})`, { cause: error })
  return new RedfishError('unreachable', address, `connection lost before the answer was complete (${code || message})`, { cause: error })
}

/** The first value of a header. */
export function toText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** Text of a BMC's within a sentence of ours. */
export function quote(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, 200)
}
