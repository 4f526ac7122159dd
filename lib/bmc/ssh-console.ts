import type { ConsoleRoute } from '#lib/domain/bmc.ts'
import { openConsole as openOverSsh, type ConsolePath } from '#lib/ssh/console.ts'
import { SshError } from '#lib/ssh/errors.ts'
import type { HostKey } from '#lib/ssh/host-key.ts'
import type { BmcConsole, ConsoleEnd, ConsoleOptions } from './console.ts'
import { toAddress, toBmcError } from './failure.ts'
import { answersTcp } from './ping.ts'
import { toEntry } from './ssh-profiles.ts'
import type { BmcTarget } from './target.ts'

/** The host key of one node's BMC, as text: `ssh-ed25519 SHA256:…`. */
export type HostKeyKeeper = {
  /** What is trusted now; null on first use. */
  known: () => Promise<string | null>
  /** Keeps the key of a first use; rejects when it could not be, or when another was kept meanwhile. */
  pin: (key: string) => Promise<void>
  /** Notes another key than the trusted one, for a person to look at. */
  noteOther: (key: string) => Promise<void>
}

export type SshConsoleTarget = BmcTarget & { route: ConsoleRoute; hostKeys: HostKeyKeeper }

/**
 * Opens the serial console over SSH, by its own port or by a command at the BMC's command line. Rejects with a BmcError: `host-key` for
 * another host key than the trusted one, before anything of the account is sent; `console-busy` where the BMC says that somebody is
 * in; `unsupported` where the way does not lead there. A break cannot be sent: the library has no RFC 4335, and no vendor documents keys
 * for it.
 */
export async function openSshConsole(target: SshConsoleTarget, options: ConsoleOptions): Promise<BmcConsole> {
  const address = toAddress(target.address, target.port)
  const { hostKeys, route } = target
  let other: string | undefined
  let isClosed = false

  async function finish(error: SshError): Promise<void> {
    const kind = error.kind === 'closed' ? 'closed-by-bmc' : (await answersTcp(target)) ? 'session-ended' : 'lost'
    if (isClosed) return
    isClosed = true
    options.onEnd({ kind, address, text: `${address}: ${error.detail}` } satisfies ConsoleEnd)
  }

  try {
    const known = await hostKeys.known()
    const shell = await openOverSsh(
      {
        host: target.ip,
        port: target.port,
        username: target.username,
        password: target.password,
        policy: target.tls ?? 'modern',
        hostKey: known === null ? null : toHostKey(known),
        pin: (key) => hostKeys.pin(toText(key)),
        onOtherKey: (key) => (other = toText(key)),
      },
      toPath(route),
      { onBytes: options.onBytes, onEnd: (error) => void finish(error), evict: options.takeOver === true, ...(options.signal && { signal: options.signal }) },
    )
    return {
      via: 'ssh',
      canBreak: false,
      address,
      async write(bytes) {
        try {
          await shell.write(bytes)
          return 'accepted'
        } catch (error) {
          throw toBmcError(error, address)
        }
      },
      sendBreak: async () => 'refused',
      pause: shell.pause,
      resume: shell.resume,
      async close() {
        isClosed = true
        await shell.close()
      },
    }
  } catch (error) {
    if (other !== undefined) await hostKeys.noteOther(other)
    throw toBmcError(error, address)
  }
}

const toPath = ({ entry, exit }: ConsoleRoute): ConsolePath =>
  entry === undefined ? {} : { entry: toEntry(entry), ...(exit === undefined ? {} : { exit }) }

const toText = ({ algorithm, fingerprint }: HostKey) => `${algorithm} ${fingerprint}`

function toHostKey(text: string): HostKey {
  const [algorithm = '', fingerprint = ''] = text.split(' ')
  return { algorithm, fingerprint }
}
