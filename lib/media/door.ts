import type { Server } from 'node:net'
import type { DepotFinding, DepotFindingCode } from '#lib/domain/depot.ts'
import type { LinkProtocol } from '#lib/domain/image-link.ts'

/** A port that is to be open: tried again at each look, because what holds it may go away. */
export type Door = {
  protocol: LinkProtocol
  /** The port asked for; 0 lets the system choose one. */
  port: number
  /** The port that is open, or null. */
  open: () => number | null
  /** Opens it where it is not; the finding says why it cannot be. */
  tryOpen: () => Promise<DepotFinding | null>
  close: () => void
}

export const finding = (code: DepotFindingCode, more: Partial<Omit<DepotFinding, 'code'>> = {}): DepotFinding => ({ code, protocol: null, port: null, text: null, ...more })

export type ListenCodes = { EADDRINUSE: DepotFindingCode; EACCES: DepotFindingCode }
const usualCodes: ListenCodes = { EADDRINUSE: 'port-in-use', EACCES: 'port-refused' }

/** What a failed listen is in the words of the settings page. */
export function toFinding(error: NodeJS.ErrnoException, protocol: LinkProtocol, port: number, codes = usualCodes): DepotFinding {
  const code = error.code === 'EADDRINUSE' || error.code === 'EACCES' ? codes[error.code] : 'port-failed'
  return finding(code, { protocol, port, text: code === 'port-failed' ? (error.code ?? error.message) : null })
}

export const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

/** A door of a server that is made anew for each attempt. */
export function createDoor(protocol: LinkProtocol, port: number, host: string, make: () => Server & { closeAllConnections?: () => void }): Door {
  let server: ReturnType<typeof make> | null = null
  let opened: number | null = null
  return {
    protocol,
    port,
    open: () => opened,
    async tryOpen() {
      if (opened !== null) return null
      let made
      try {
        made = make()
      } catch (error) {
        return finding('port-failed', { protocol, port, text: error instanceof Error ? error.message : String(error) })
      }
      try {
        opened = await listen(made, port, host)
        server = made
        return null
      } catch (error) {
        return toFinding(error as NodeJS.ErrnoException, protocol, port)
      }
    },
    close() {
      server?.closeAllConnections?.()
      server?.close()
      server = opened = null
    },
  }
}
