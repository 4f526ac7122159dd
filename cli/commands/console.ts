import { WebSocket } from 'ws'
import { consoleOpened } from '#lib/api/contract.ts'
import { closeCodes, greatestTypedBytes, readConsoleFrame, type ConsoleFrame, type ConsoleMode, type ConsoleRequest } from '#lib/domain/console.ts'
import type { Client } from '../client.ts'
import type { Command } from '../command.ts'
import { createEscapes, type Escape } from '../escapes.ts'
import { exitCodes, Failure, misuse } from '../failure.ts'
import { toSafe } from '../output.ts'

const help = `
  ~.  or  Ctrl-E c .   leave            ~B  or  Ctrl-E c b   send a break
  Ctrl-E c f           type (take over) Ctrl-E c o           try to open it again
  ~?  or  Ctrl-E c ?   this             ~~                   a tilde
`

export const console: Command = {
  summary: 'The serial console of a node, in this terminal',
  usage: ['console NODE [--watch]   (~. or Ctrl-E c . leaves)'],
  options: { watch: { type: 'boolean' } },
  async run({ client, args, values }) {
    const node = args[0] === 'activate' ? args[1] : args[0]
    if (node === undefined) throw misuse('baseboard console NODE')
    return openConsole(await client(), node, values['watch'] === true ? 'watch' : 'drive')
  },
}

/** Notes of our own stand on lines of their own, and never in what the node says: they go to the other output. */
const note = (text: string) => process.stderr.write(`\r\n[${toSafe(text)}]\r\n`)

async function openConsole(client: Client, node: string, mode: ConsoleMode): Promise<number> {
  const { ticket, path } = await client.ask(consoleOpened, `/api/nodes/${node}/console`, { method: 'POST', body: { mode } })
  const url = new URL(path, client.account.url.replace(/^http/, 'ws'))
  const socket = new WebSocket(url, `ticket.${ticket}`, { headers: { authorization: `Bearer ${client.account.token}` }, perMessageDeflate: false, maxPayload: 16 * 1024 * 1024 })
  const ask = (request: ConsoleRequest) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(request))
  return new Promise<number>((resolve, reject) => {
    let isLeaving = false
    const typed = createEscapes()
    const teller = createTeller(mode)

    function onEscape(escape: Escape): void {
      if (escape === 'help') process.stderr.write(`\r\n${help.replaceAll('\n', '\r\n')}\r\n`)
      else if (escape === 'break') ask({ type: 'break' })
      else if (escape === 'take') ask({ type: 'take' })
      else if (escape === 'reopen') ask({ type: 'retry' })
      else {
        isLeaving = true
        socket.close(1000)
      }
    }
    function onTyped(bytes: Buffer): void {
      const { send, escapes } = typed(bytes)
      for (let at = 0; at < send.length; at += greatestTypedBytes) socket.send(Buffer.from(send.slice(at, at + greatestTypedBytes)))
      escapes.forEach(onEscape)
    }
    const onSize = () => mode === 'drive' && ask({ type: 'size', columns: clamp(process.stdout.columns ?? 80, 20, 500), rows: clamp(process.stdout.rows ?? 24, 5, 200) })
    const isTerminal = process.stdin.isTTY === true
    function enter(): void {
      if (isTerminal) process.stdin.setRawMode(true)
      process.stdin.on('data', onTyped)
      // What comes from a file ends; what it was to show may still come.
      process.stdin.on('end', () => setTimeout(() => onEscape('leave'), 1_000))
      process.stdout.on('resize', onSize)
      note(`${node}: ~. or Ctrl-E c . leaves, ~? tells more`)
    }
    function leave(): void {
      process.stdin.off('data', onTyped)
      process.stdout.off('resize', onSize)
      if (isTerminal) process.stdin.setRawMode(false)
      process.stdin.pause()
    }

    socket.on('open', enter)
    socket.on('message', (data, isBinary) => {
      if (isBinary) process.stdout.write(data as Buffer)
      else {
        const frame = readConsoleFrame(String(data))
        if (frame === null) return
        teller(frame)
        if (frame.type === 'screen') process.stdout.write('\u001B[2J\u001B[H')
      }
    })
    socket.on('unexpected-response', (_, response) => reject(new Failure(exitCodes.refused, `${node}: the console was refused (${response.statusCode})`)))
    socket.on('error', (error) => reject(new Failure(exitCodes.away, `${node}: ${error.message}`, { cause: error })))
    socket.on('close', (code, reason) => {
      leave()
      note(isLeaving ? `${node}: left; the console goes on` : `${node}: ${toEnd(code, String(reason))}`)
      resolve(isLeaving || code === 1000 ? exitCodes.ok : exitCodes.away)
    })
  })
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/** Says what changed: the state of the line, who types, why something was refused. */
function createTeller(mode: ConsoleMode): (frame: ConsoleFrame) => void {
  let me = ''
  let lastState = ''
  let lastDriver: string | null | undefined
  return (frame) => {
    if (frame.type === 'hello') me = frame.you
    else if (frame.type === 'refused') note(`refused: ${frame.reason === 'not-driver' ? 'somebody else types; Ctrl-E c f takes over' : frame.reason}`)
    else if (frame.type === 'state') {
      const state = [frame.state, frame.via ?? '', frame.text ?? ''].filter((part) => part !== '').join(', ')
      if (state !== lastState) note(state)
      lastState = state
    } else if (frame.type === 'viewers') {
      const driver = frame.viewers.find(({ id }) => id === frame.driver)
      if (lastDriver !== undefined && frame.driver === lastDriver) return
      lastDriver = frame.driver
      if (driver !== undefined && driver.id !== me) note(`${driver.name} types; you watch${mode === 'drive' ? ' (Ctrl-E c f takes over)' : ''}`)
    }
  }
}

function toEnd(code: number, reason: string): string {
  if (code === closeCodes.signedOut || code === closeCodes.revoked) return 'the token does not open it any more'
  if (code === closeCodes.nodeGone) return 'the node was removed'
  if (code === closeCodes.away) return 'its conductor is away: try again'
  return reason === '' ? `the line broke (${code})` : reason
}
