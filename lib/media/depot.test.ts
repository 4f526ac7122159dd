import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDepot, listenAt } from './depot.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'depot-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const ask = (socketPath: string, path: string) =>
  new Promise<IncomingMessage>((resolve, reject) => get({ socketPath, path }, resolve).once('error', reject))

it('says that it is well, even where a killed one left its socket', async () => {
  const socket = join(folder, 'depot.sock')
  writeFileSync(socket, '')
  const depot = createDepot()
  await listenAt(depot, socket)
  try {
    expect((await ask(socket, '/health')).statusCode).toBe(200)
    expect((await ask(socket, '/../etc/passwd')).statusCode).toBe(404)
  } finally {
    depot.closeAllConnections()
    depot.close()
  }
})
