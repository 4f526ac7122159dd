import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A TCP port that is free on loopback now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => done(port))
    })
  })
}

/** A Baseboard that runs as `npm run demo` or `npm start` would, in a folder of its own. */
export type Product = {
  url: string
  claimUrl: string
  dataDir: string
  /** All that it has printed so far. */
  output: () => string
  supervisor: ChildProcess
  /** SIGTERM, and the exit code; the data folder goes when `keepData` is not set. */
  stop: (keepData?: boolean) => Promise<number | null>
}

export type ProductOptions = { demo?: boolean; env?: Record<string, string>; dataDir?: string; port?: number }

/**
 * Starts the product, of the folder that this runs in, and waits until it has printed its address and its claim link. Rejects with its
 * output when it ends, or takes over two minutes, after which it is ended.
 */
export async function startProduct({ demo = false, env = {}, dataDir, port }: ProductOptions = {}): Promise<Product> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'baseboard-e2e-'))
  // The database's own user must reach it; otherwise the cluster is put elsewhere, where nobody takes it away again.
  chmodSync(folder, 0o755)
  const chosen = port ?? (await freePort())
  // Its doors for BMCs at ports of its own too: another product may stand on this machine. At 111 there is one portmapper.
  const doors = { DEPOT_HTTP_PORT: String(await freePort()), DEPOT_HTTPS_PORT: String(await freePort()), DEPOT_NFS_PORT: String(await freePort()), DEPOT_PORTMAP_PORT: '0' }
  const supervisor = spawn(process.execPath, ['--import', 'tsx', 'start.ts', ...(demo ? ['--demo'] : [])], {
    env: { ...process.env, PORT: String(chosen), DATA_DIR: folder, ...doors, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  const claimUrl = await new Promise<string>((done, fail) => {
    const timer = setTimeout(() => {
      supervisor.kill('SIGTERM')
      fail(new Error(`Baseboard was not ready in 120 s:\n${output}`))
    }, 120_000)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const claim = /https?:\/\/\S+\/claim#\S+/.exec(output)
      if (claim === null) return
      clearTimeout(timer)
      done(claim[0])
    }
    supervisor.stdout.on('data', read)
    supervisor.stderr.on('data', read)
    supervisor.once('exit', (code) => {
      clearTimeout(timer)
      fail(new Error(`Baseboard ended with ${code}:\n${output}`))
    })
  })
  const stop = async (keepData = false) => {
    const ended = new Promise<number | null>((done) => supervisor.once('exit', done))
    if (supervisor.exitCode === null) supervisor.kill('SIGTERM')
    const code = supervisor.exitCode ?? (await ended)
    if (!keepData) rmSync(folder, { recursive: true, force: true })
    return code
  }
  return { url: new URL(claimUrl).origin, claimUrl, dataDir: folder, output: () => output, supervisor, stop }
}
