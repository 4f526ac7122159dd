import { privilegeLevels } from '#lib/ipmi/rakp.ts'
import { channelCommands, deviceCommands, sessionCommands } from './app-commands.ts'
import { bootCommands } from './boot-commands.ts'
import { chassisCommands } from './chassis-commands.ts'
import { dcmiCommands } from './dcmi-commands.ts'
import { answerFanCommand } from './fan-rules.ts'
import { makerCommands } from './maker-commands.ts'
import { pefCommands } from './pef-commands.ts'
import { sensorCommands } from './sensor-commands.ts'
import { completion, refuse, type CommandContext, type Reply, type ServedCommand } from './served-command.ts'
import { payloadCommands, solConfigurationCommands } from './sol-commands.ts'
import { storageCommands } from './storage-commands.ts'
import { transportCommands } from './transport-commands.ts'

/** A command's place in a map. */
export const keyOf = (netFn: number, cmd: number) => (netFn << 8) | cmd

const commands = new Map<number, ServedCommand>(
  [
    ...sessionCommands,
    ...deviceCommands,
    ...channelCommands,
    ...chassisCommands,
    ...bootCommands,
    ...dcmiCommands,
    ...sensorCommands,
    ...makerCommands,
    ...pefCommands,
    ...storageCommands,
    ...transportCommands,
    ...payloadCommands,
    ...solConfigurationCommands,
  ].map((command) => [keyOf(command.netFn, command.cmd), command]),
)

/** Answers one request: finds its command, checks level and length, and lets it answer. */
export function answerCommand(netFn: number, cmd: number, data: Buffer, context: CommandContext): Reply {
  context.onCommand(netFn, cmd)
  const toFans = isAdministrator(context) ? answerFanCommand(context.fans, context.machine.fans, netFn, cmd, data) : undefined
  if (toFans !== undefined) return toFans
  const command = commands.get(keyOf(netFn, cmd))
  if (!command) return refuse(completion.invalidCommand)
  if (command.privilege !== null && (context.session?.privilege ?? 0) < privilegeLevels[command.privilege]) {
    return refuse(completion.insufficientPrivilege)
  }
  if (data.length < (command.leastLength ?? 0)) return refuse(completion.wrongLength)
  return command.answer(data, context)
}

/** Makers' own commands ask for an administrator. */
const isAdministrator = ({ session }: CommandContext) => (session?.privilege ?? 0) >= privilegeLevels.administrator
