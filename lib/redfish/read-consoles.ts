import * as z from 'zod'
import { findGarbledProperties, type Expected } from './garbled.ts'
import type { Look } from './look.ts'
import { flag, link, list, nested, number, parseLoose, text } from './loose.ts'
import type { Tree } from './tree.ts'

/** SSH as a BMC tells of it; of its port and switch only what it says. */
export type SshTold = { enabled: boolean | undefined; port: number | undefined }

/** What Redfish tells of the ways to the host's serial console. */
export type ConsoleReading = {
  /** ComputerSystem.SerialConsole.SSH (DSP0268): the console itself. Absent where the system tells of none. */
  console: (SshTold & { entry: string | undefined; hotKeys: string | undefined; isShared: boolean | undefined }) | undefined
  /** ManagerNetworkProtocol.SSH: the BMC's command line. */
  commandLine: SshTold | undefined
  /** The manager by its path and model, in which its firmware can be known. */
  manager: string
  isOpenBmc: boolean
  /** Something that might have told of a way could not be read: no way is then known to be missing. */
  isPartial: boolean
}

const system = z.object({
  SerialConsole: nested({
    SSH: nested({ ServiceEnabled: flag, Port: number, ConsoleEntryCommand: text, HotKeySequenceDisplay: text, SharedWithManagerCLI: flag }),
  }),
})
const manager = z.object({ Model: text, NetworkProtocol: link, Oem: nested({ OpenBmc: nested({}) }), CommandShell: nested({ ServiceEnabled: flag, ConnectTypesSupported: list }) })
const networkProtocol = z.object({ SSH: nested({ ProtocolEnabled: flag, Port: number }) })

/**
 * Reads how the host's serial console is reached beside IPMI: three GETs. Undefined when nothing of it could be read. What a manager
 * says of its own SerialConsole is not asked: every iDRAC says there that it is off, and it works.
 */
export async function readConsoles(look: Look, tree: Tree): Promise<ConsoleReading | undefined> {
  const [managerPath] = tree.managers
  let isPartial = [...tree.lacks, ...tree.gone].some((branch) => branch !== 'chassis')
  async function at(path: string | undefined, expected: Readonly<Record<string, Expected>>): Promise<unknown> {
    const { body, failure } = path === undefined ? {} : await look.at(path)
    isPartial ||= failure !== undefined || findGarbledProperties(body, expected).length > 0
    return body
  }
  const systemBody = await at(tree.system, { SerialConsole: 'object' })
  const managerBody = await at(managerPath, { Model: 'word', Oem: 'object', CommandShell: 'object' })
  if (systemBody === undefined && managerBody === undefined) return undefined
  const { SSH: told } = parseLoose(system, systemBody).SerialConsole ?? {}
  const { Model, NetworkProtocol, Oem, CommandShell } = parseLoose(manager, managerBody)
  const { SSH } = parseLoose(networkProtocol, await at(NetworkProtocol, { SSH: 'object' }))
  const isInShell = CommandShell?.ConnectTypesSupported.includes('SSH') === true
  return {
    console: told && {
      enabled: told.ServiceEnabled,
      port: toPort(told.Port),
      entry: told.ConsoleEntryCommand,
      hotKeys: told.HotKeySequenceDisplay,
      isShared: told.SharedWithManagerCLI,
    },
    commandLine: SSH ? { enabled: SSH.ProtocolEnabled, port: toPort(SSH.Port) } : isInShell ? { enabled: CommandShell?.ServiceEnabled, port: undefined } : undefined,
    manager: [managerPath, Model].filter((part) => part !== undefined).join(' '),
    isOpenBmc: Oem?.OpenBmc !== undefined || /^openbmc$/i.test(Model ?? ''),
    isPartial,
  }
}

const toPort = (value: number | undefined) => (value !== undefined && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined)
