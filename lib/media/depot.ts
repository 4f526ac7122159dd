import { rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isAway } from '#lib/db/away.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Library } from './library.ts'

/** web's side door to the depot: a Unix socket that only web reaches. Who may upload was decided before; here is only what it would do to the disk. */
export function createDepot(library: Pick<Library, 'receive' | 'folder'>, complain: (text: string) => void = console.error): Server {
  return createServer((request, response) => {
    answer(request, library).then(
      (body) => send(response, 200, body),
      (error: unknown) => {
        const { status, body } = toAnswer(error, complain)
        // What was not read of a refused piece is not read any more.
        if (!request.readableEnded) response.setHeader('connection', 'close')
        send(response, status, body)
        if (!request.readableEnded) response.once('finish', () => request.destroy())
      },
    )
  })
}

async function answer(request: IncomingMessage, { receive, folder }: Pick<Library, 'receive' | 'folder'>): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://depot')
  const asked = `${request.method} ${url.pathname}`
  if (asked === 'GET /health') return { status: 'ok' }
  if (asked === 'GET /space') return folder.space()
  const id = /^PATCH \/images\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/bytes$/.exec(asked)?.[1]
  const offset = url.searchParams.get('offset') ?? ''
  if (id === undefined || !/^\d{1,15}$/.test(offset)) throw new BaseboardError('not-found', 404, 'the depot knows GET /health, GET /space and PATCH /images/{id}/bytes?offset=')
  const length = request.headers['content-length']
  return receive({ id, offset: Number(offset), length: length === undefined ? null : Number(length), body: request })
}

function toAnswer(error: unknown, complain: (text: string) => void): { status: number; body: { code: string; message: string } } {
  if (error instanceof BaseboardError) return { status: error.status, body: { code: error.code, message: error.message } }
  // web is gone in the middle: nobody reads this.
  if ((error as NodeJS.ErrnoException | null)?.code === 'ECONNRESET') return { status: 400, body: { code: 'cut', message: 'the piece was cut off' } }
  if (isAway(error)) return { status: 503, body: { code: 'database-away', message: 'the database cannot be reached at this moment' } }
  complain(`the depot: ${error instanceof Error ? error.message : String(error)}`)
  return { status: 500, body: { code: 'fault', message: 'something went wrong at the depot; its log has it' } }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** Listens on a Unix socket, in place of one that a killed depot left; its group may enter. A path has at most 107 bytes: give a relative one. */
export async function listenAt(server: Server, socket: string): Promise<void> {
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => resolve())
  })
  await chmod(socket, 0o660)
}
