import http from 'node:http'
import https from 'node:https'
import { MediaProblem, type ImageSource, type ReadFrom } from './source.ts'

const giveUpMs = 15_000

interface Reply {
  status: number
  headers: http.IncomingHttpHeaders
  body: Buffer
}

/**
 * Opens an image over HTTP or HTTPS as remote media of BMCs does: ranges of HTTP/1.1, on connections that stay. A server that answers a range
 * with the whole file, redirects or packs is of no use to it. Certificates are not verified, as most BMCs have it.
 */
export async function openHttp(url: string, { localAddress, pattern }: ReadFrom): Promise<ImageSource> {
  const module = url.startsWith('https:') ? https : http
  const agent = new module.Agent({ keepAlive: pattern.keepsAlive, maxSockets: pattern.connections })

  function ask(method: 'GET' | 'HEAD', range?: readonly [from: number, to: number]): Promise<Reply> {
    const headers = { 'User-Agent': pattern.agent, Accept: '*/*', ...(range && { Range: `bytes=${range[0]}-${range[1]}` }) }
    return new Promise((resolve, reject) => {
      const fail = (text: string) => reject(new MediaProblem(`${method} ${text}`))
      const request = module.request(url, { agent, localAddress, method, headers, rejectUnauthorized: false }, (response) => {
        const chunks: Buffer[] = []
        const most = range === undefined ? 0 : range[1] - range[0] + 1
        let length = 0
        if (range !== undefined && response.statusCode !== 206) {
          fail(`of a range was answered with ${response.statusCode} and not with 206`)
          return void request.destroy()
        }
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > most) return void request.destroy(new Error('more than was asked for'))
          chunks.push(chunk)
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
        response.on('error', (error) => fail(error.message))
      })
      request.setTimeout(giveUpMs, () => request.destroy(new Error('no answer')))
      request.on('error', (error) => fail(error.message))
      request.end()
    })
  }

  async function range(from: number, to: number, bytes?: number): Promise<{ body: Buffer; total: number }> {
    const { headers, body } = await ask('GET', [from, to])
    const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? []
    if (Number(first) !== from || Number(last) !== to || body.length !== to - from + 1) throw new MediaProblem('the answer is not the range that was asked for')
    if (headers['content-encoding'] !== undefined || headers['transfer-encoding'] !== undefined) throw new MediaProblem('the answer is packed or in chunks')
    if (bytes !== undefined && Number(total) !== bytes) throw new MediaProblem('the image has another size now')
    return { body, total: Number(total) }
  }

  async function head(): Promise<number> {
    const { status, headers } = await ask('HEAD')
    if (status !== 200) throw new MediaProblem(`HEAD was answered with ${status}`)
    if (headers['accept-ranges'] !== 'bytes') throw new MediaProblem('the server does not say that it gives ranges')
    const bytes = Number(headers['content-length'])
    if (!Number.isSafeInteger(bytes) || bytes <= 0) throw new MediaProblem('HEAD does not tell the size')
    return bytes
  }

  try {
    const told = pattern.opens === 'probe' ? undefined : await head()
    const bytes = pattern.opens === 'head' ? told! : (await range(0, 0, told)).total
    return { bytes, read: async (offset, length) => (await range(offset, offset + length - 1, bytes)).body, close: () => agent.destroy() }
  } catch (error) {
    agent.destroy()
    throw error
  }
}
