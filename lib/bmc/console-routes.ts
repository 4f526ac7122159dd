import { consoleWay, type ConsoleRoute } from '#lib/domain/bmc.ts'
import type { ConsoleReading } from '#lib/redfish/read-consoles.ts'
import { sayBmc, toTold } from './reason.ts'
import { sshProfiles, type SshProfile } from './ssh-profiles.ts'

/** The ways to a console that Redfish tells of, or that are known of this firmware. Of what could not be read whole none is denied. */
export function toRedfishRoutes(reading: ConsoleReading): ConsoleRoute[] {
  const websocket: ConsoleRoute = reading.isOpenBmc
    ? { way: 'websocket', can: true }
    : { way: 'websocket', can: false, ...toTold(sayBmc('websocket-openbmc')) }
  const routes = [toSshRoute(reading), websocket]
  return reading.isPartial ? routes.filter(({ can }) => can) : routes
}

const cannot = (code: Parameters<typeof sayBmc>[0]): ConsoleRoute => ({ way: 'ssh', can: false, ...toTold(sayBmc(code)) })

/** What the system says of its console counts first; then what is known of the firmware; nothing is guessed of the others. */
function toSshRoute({ console, commandLine, manager }: ConsoleReading): ConsoleRoute {
  const profile = sshProfiles.find((one) => one.manager.test(manager))
  if (console?.enabled === false) return cannot('ssh-console-off')
  if (console !== undefined) {
    const port = console.port ?? (console.isShared === true ? commandLine?.port : undefined)
    if (console.entry !== undefined) return { way: 'ssh', can: true, ...toPort(port), entry: console.entry, ...toExit(toKeys(console.hotKeys)) }
    // The port of the command line is not the serial line: without a command nobody gets from the one to the other.
    const isCommandLine = console.isShared === true || port === undefined || port === commandLine?.port
    if (!isCommandLine) return { way: 'ssh', can: true, ...toPort(port) }
    if (profile === undefined) return cannot('ssh-no-entry')
  }
  if (profile === undefined) {
    return cannot(commandLine === undefined ? 'ssh-no-console' : 'ssh-unknown-entry')
  }
  if (commandLine?.enabled === false) return cannot('ssh-off')
  return toProfiled(profile, commandLine?.port)
}

const toProfiled = ({ entry, exit }: SshProfile, port?: number): ConsoleRoute => ({ way: 'ssh', can: true, ...toPort(port), entry: entry.command, exit })

/** What IPMI tells: whether SOL is switched on, and by the maker's number how its command line is left for the console. */
export function toIpmiRoutes(isSolEnabled: boolean | undefined, manufacturerId: number): ConsoleRoute[] {
  const profile = sshProfiles.find((one) => one.manufacturerIds.includes(manufacturerId))
  const sol: ConsoleRoute = isSolEnabled === false ? { way: 'sol', can: false, ...toTold(sayBmc('sol-off')) } : { way: 'sol', can: true }
  return [sol, ...(profile === undefined ? [] : [toProfiled(profile)])]
}

/** The routes of both protocols, in the order in which they are tried: of the same way the first word counts. */
export function mergeRoutes(first: readonly ConsoleRoute[] | undefined, second: readonly ConsoleRoute[] | undefined): ConsoleRoute[] | undefined {
  if (first === undefined && second === undefined) return undefined
  const all = [...(first ?? []), ...(second ?? [])]
  return consoleWay.options.flatMap((way) => all.find((one) => one.way === way) ?? [])
}

const toPort = (port: number | undefined) => (port === undefined ? {} : { port })
const toExit = (exit: string | undefined) => (exit === undefined ? {} : { exit })

/** Exit keys where a BMC displays them plainly: `^\`, `Ctrl-]`, `ESC (`, `~.` ("Press ~. to exit console"). */
export function toKeys(display: string | undefined): string | undefined {
  const control = /(?:\^|\bctrl\s*[-+]\s*)([a-z@[\\\]^_])(?![a-z])/i.exec(display ?? '')?.[1]
  if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f)
  const afterEscape = /\besc(?:ape)?\s*[-+]?\s*([^\s\w]|\w\b)/i.exec(display ?? '')?.[1]
  if (afterEscape !== undefined) return `\u001b${afterEscape}`
  return /(^|\s)~\.(?=\s|$)/.test(display ?? '') ? '~.' : undefined
}
