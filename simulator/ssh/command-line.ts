import type { ServerChannel } from 'ssh2'
import type { MakeName } from '../makes.ts'
import type { SerialPort } from '../serial/port.ts'
import { takeLine, type Line } from './line.ts'

/** What a BMC's command line says and knows; as recorded sessions of these makes show it. */
export interface CommandLine {
  greeting: string
  prompt: string
  entry: string
  announced: string
  busy: string
  unknown: string
  exit: string
}

const idrac: CommandLine = {
  greeting: '',
  prompt: 'racadm>>',
  entry: 'console com2',
  announced: '\u001b[2J\u001b[1;1HConnected to Serial Device 2. To end type: ^\\\r\n',
  busy: 'console: Serial Device 2 is in use by another session.\r\n',
  unknown: 'ERROR: SHELL_COMMAND_NOT_FOUND\r\n',
  exit: '\u001c',
}

const ilo: CommandLine = {
  greeting: 'User:admin logged-in to ilo\r\niLO 5 Standard 2.96\r\nServer Power: On\r\n\r\n',
  prompt: '</>hpiLO-> ',
  entry: 'vsp',
  announced: '\r\nVirtual Serial Port Active: COM2\r\n\r\nStarting virtual serial port.\r\nPress \'ESC (\' to return to the CLI Session.\r\n\r\n',
  busy: 'Virtual Serial Port is currently in use by another session.\r\n',
  unknown: 'status=2\r\nstatus_tag=COMMAND PROCESSING FAILED\r\nerror_tag=COMMAND NOT RECOGNIZED\r\n',
  exit: '\u001b(',
}

/** Makes whose console is behind a command; the others of those with SSH have it straight at a port (OpenBMC). */
export const commandLines: Partial<Record<MakeName, CommandLine>> = { dell: idrac, hpe: ilo }

/** Serves a command line on a channel: it echoes, knows the way into the console and out of it, and `exit`. */
export function serveCommandLine(channel: ServerChannel, line: CommandLine, serial: SerialPort): { release: () => void } {
  let typed = ''
  let console: Line | undefined
  let lastKeys = ''
  channel.write(line.greeting + line.prompt)

  function enter(): void {
    console = takeLine(serial, channel)
    if (console === undefined) channel.write(line.busy + line.prompt)
    else channel.write(line.announced)
  }

  function run(command: string): void {
    if (command === line.entry) enter()
    else if (command === 'exit') channel.end()
    else channel.write((command === '' ? '' : line.unknown) + line.prompt)
  }

  function toConsole(from: Line, key: string): void {
    lastKeys = (lastKeys + key).slice(-line.exit.length)
    if (lastKeys !== line.exit) return from.type(Buffer.from(key, 'latin1'))
    from.release()
    console = undefined
    channel.write(`\r\n${line.prompt}`)
  }

  channel.on('data', (bytes: Buffer) => {
    for (const key of bytes.toString('latin1')) {
      if (console !== undefined) toConsole(console, key)
      else if (key === '\r') {
        channel.write('\r\n')
        const command = typed.trim()
        typed = ''
        run(command)
      } else if (typed.length < 200) {
        typed += key
        channel.write(key)
      }
    }
  })
  return { release: () => console?.release() }
}
