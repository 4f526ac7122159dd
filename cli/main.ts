import { parseArgs } from 'node:util'
import { readAccount } from './account.ts'
import { createClient, type Client } from './client.ts'
import type { Command, Options } from './command.ts'
import { audit } from './commands/audit.ts'
import { bootdev } from './commands/bootdev.ts'
import { budget } from './commands/budget.ts'
import { completion } from './commands/completion.ts'
import { console as openConsole } from './commands/console.ts'
import { fans } from './commands/fans.ts'
import { bmcreset, identify } from './commands/identify.ts'
import { images } from './commands/images.ts'
import { install, media } from './commands/media.ts'
import { login, logout } from './commands/login.ts'
import { nodes } from './commands/nodes.ts'
import { operations } from './commands/operations.ts'
import { powercap } from './commands/powercap.ts'
import { power } from './commands/power.ts'
import { raw } from './commands/raw.ts'
import { fru, sel, sensors } from './commands/read.ts'
import { exitCodes, Failure, misuse } from './failure.ts'
import { createOutput, toTable } from './output.ts'

const commands: Record<string, Command> = {
  login,
  logout,
  nodes,
  power,
  sensors,
  sel,
  fru,
  bootdev,
  fans,
  media,
  install,
  identify,
  powercap,
  budget,
  bmcreset,
  raw,
  console: openConsole,
  operations,
  images,
  audit,
  completion: completion(() => Object.keys(commands)),
}

/** What fingers of other tools type: ipmitool's words before the verb, confluent's `node…`. */
const aliases: Record<string, readonly string[]> = {
  chassis: [],
  sdr: ['sensors'],
  sensor: ['sensors'],
  sol: ['console'],
  mc: ['bmcreset'],
  nodebmcreset: ['bmcreset'],
  events: ['sel'],
  inventory: ['fru'],
  node: ['nodes'],
  nodelist: ['nodes'],
  nodehealth: ['nodes'],
  nodepower: ['power'],
  nodesensors: ['sensors'],
  nodeeventlog: ['sel'],
  nodeinventory: ['fru'],
  nodesetboot: ['bootdev'],
  nodemedia: ['media'],
  fan: ['fans'],
  nodeconsole: ['console'],
  nodeidentify: ['identify'],
  operation: ['operations'],
  image: ['images'],
  budgets: ['budget'],
}

const always = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const satisfies Options

function usageOf(known: Record<string, Command>): string {
  const lines = Object.values(known).flatMap(({ usage }) => usage.map((line) => `  baseboard ${line}`.replace(/baseboard {3}/, '            ')))
  return ['usage:', ...lines, '', '  --json for scripts; exit codes: 0 as asked, 1 not all, 2 wrong usage, 3 not reachable, 4 refused'].join('\n')
}

const overview = () => ['baseboard: the BMCs of a cluster', '', ...toTable(Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary])), '', 'baseboard COMMAND --help tells more.'].join('\n')

/** Runs one command line and gives the exit code. */
export async function main(line: readonly string[]): Promise<number> {
  const [first = '--help', ...rest] = line
  const [name, ...args] = [...(aliases[first] ?? [first]), ...rest]
  const command = name === undefined ? undefined : commands[name]
  const output = createOutput(line.includes('--json'))
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output.out(overview())
    return exitCodes.ok
  }
  try {
    if (command === undefined) throw misuse(`there is no command ${name}: «baseboard --help» lists them`)
    const { values, positionals } = parseLine(command, args)
    if (values['help'] === true) {
      output.out(`${command.summary}\n${usageOf({ [name]: command })}`)
      return exitCodes.ok
    }
    let client: Promise<Client> | undefined
    return await command.run({ client: () => (client ??= readAccount().then(createClient)), output, args: positionals, values })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    output.note(error.message)
    return error.exitCode
  }
}

function parseLine(command: Command, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...always, ...command.options }, allowPositionals: true, strict: true })
  } catch (error) {
    throw misuse(`${error instanceof Error ? error.message : String(error)}\n${usageOf({ '': command })}`)
  }
}
