import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { BaseboardError } from '#lib/domain/errors.ts'
import { createDepot, listenAt } from './depot.ts'
import { imageFolder } from './folder.ts'
import type { Piece } from './receive.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'depot-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const id = '6f1c3f6e-3c0b-4f7e-9d3e-000000000001'

it('says that it is well, takes pieces, and tells refusals as they are, even where a killed one left its socket', async () => {
  const socketPath = join(folder, 'depot.sock')
  writeFileSync(socketPath, '')
  const pieces: Omit<Piece, 'body'>[] = []
  const depot = createDepot({
    folder: imageFolder(folder),
    async receive({ body, ...piece }) {
      if (piece.offset > 10) throw new BaseboardError('wrong-offset', 409, 'rocky.iso: 10 bytes are here')
      let received = piece.offset
      for await (const chunk of body) received += chunk.length
      pieces.push(piece)
      return { received, state: 'uploading' }
    },
  })
  const ask = async (method: string, path: string, body?: string) => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => request({ socketPath, method, path, headers: body === undefined ? {} : { 'content-length': body.length } }, resolve).once('error', reject).end(body))
    return { status: answer.statusCode, body: JSON.parse(await text(answer)) as Record<string, unknown> }
  }
  await listenAt(depot, socketPath)
  try {
    expect((await ask('GET', '/health')).status).toBe(200)
    expect((await ask('GET', '/space')).body).toMatchObject({ totalBytes: expect.any(Number) as number, freeBytes: expect.any(Number) as number })
    expect(await ask('PATCH', `/images/${id}/bytes?offset=3`, 'abcd')).toEqual({ status: 200, body: { received: 7, state: 'uploading' } })
    expect(pieces).toEqual([{ id, offset: 3, length: 4 }])
    expect(await ask('PATCH', `/images/${id}/bytes?offset=11`, 'abcd')).toEqual({ status: 409, body: { code: 'wrong-offset', message: 'rocky.iso: 10 bytes are here' } })
    for (const path of ['/../etc/passwd', `/images/..%2f${id}/bytes?offset=0`, `/images/${id}/bytes?offset=-1`, `/images/${id}/bytes`]) expect((await ask('PATCH', path)).status).toBe(404)
  } finally {
    depot.closeAllConnections()
    depot.close()
  }
})
