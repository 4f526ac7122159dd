import { kindOf } from '#lib/domain/operation-actions.ts'
import type { ResetType } from '#lib/domain/power.ts'
import { defaultPorts } from '#lib/domain/bmc.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { Node } from '#lib/domain/node.ts'
import type { ActionOptions, OperationAction } from '#lib/domain/operation.ts'
import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import { maxSelectionLength } from '#lib/domain/selection.ts'
import { compositions, isComposable, toForced } from '#lib/domain/reset-rules.ts'

/** The same as a command, for a shell. No password is ever in it: they are read from BMC_PASSWORD, BASEBOARD_TOKEN and SHARE_PASSWORD. */
export type Command = { tool: 'ipmitool' | 'curl' | 'baseboard'; text: string }

/** What belongs to an operation, and the password of a share that goes with the request and is kept nowhere. */
export type AskedOptions = ActionOptions & { sharePassword?: string }

/** `ipmitool chassis power` by reset type; a graceful restart is not among IPMI's controls. */
const chassisPower: Partial<Record<ResetType, string>> = {
  On: 'on',
  GracefulShutdown: 'soft',
  ForceOff: 'off',
  ForceRestart: 'reset',
  PowerCycle: 'cycle',
  Nmi: 'diag',
}

/** Quotes for a POSIX shell; what is plain stays as it is. */
export const quote = (text: string) => (/^[A-Za-z0-9._:@/%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const hostOf = (address: string) => (address.includes(':') && !address.startsWith('[') ? `[${address}]` : address)
const portOf = (bmc: Node['bmc'], protocol: 'redfish' | 'ipmi') => bmc.endpoints.find((endpoint) => endpoint.protocol === protocol)?.port
const speaks = (bmc: Node['bmc'], protocol: 'redfish' | 'ipmi') =>
  bmc.endpoints.some((endpoint) => endpoint.protocol === protocol && endpoint.state !== 'absent') || bmc.endpoints.length === 0

type Subject = { name: string; bmc: Node['bmc']; username?: string | null }

/**
 * What to type for one node in place of the button: to its BMC directly, by each protocol that it speaks. A composed reset is its parts
 * with a pause between, one that is forced later its two commands with the wait between.
 */
export function toBmcCommands(subject: Subject, reset: ResetType, { composed = false, forceAfterSeconds }: { composed?: boolean } & ActionOptions = {}): Command[] {
  const forced = forceAfterSeconds === undefined ? null : toForced(reset)
  const join = (texts: string[], seconds: number) => texts.join(` &&\nsleep ${seconds} &&\n`)
  const inTurn = (resets: readonly ResetType[], toText: (one: ResetType) => string) => {
    const text = join(resets.map(toText), 10)
    return forced === null ? text : join([text, toText(forced)], forceAfterSeconds!)
  }
  const commands: Command[] = []
  if (chassisPower[reset] !== undefined && speaks(subject.bmc, 'ipmi')) {
    commands.push({ tool: 'ipmitool', text: inTurn([reset], (one) => toIpmitool(subject, chassisPower[one]!)) })
  }
  if (speaks(subject.bmc, 'redfish')) {
    const parts = composed && isComposable(reset) ? compositions[reset] : [reset]
    commands.push({ tool: 'curl', text: inTurn(parts, (one) => toCurl(subject, one)) })
  }
  return commands
}

function toIpmitool({ bmc, username }: Subject, verb: string): string {
  const port = portOf(bmc, 'ipmi')
  const portOption = port === undefined || port === defaultPorts.ipmi ? '' : ` -p ${port}`
  const user = username ? quote(username) : '"$BMC_USER"'
  return `IPMI_PASSWORD="$BMC_PASSWORD" ipmitool -I lanplus -H ${quote(bmc.address)}${portOption} -U ${user} -E chassis power ${verb}`
}

function toCurl({ bmc, username }: Subject, reset: ResetType): string {
  const port = portOf(bmc, 'redfish')
  const origin = `https://${hostOf(bmc.address)}${port === undefined || port === defaultPorts.redfish ? '' : `:${port}`}`
  // Inside double quotes a foreign name could run something; one that is not plain is left to the reader.
  const account = username && /^[\w.@-]+$/.test(username) ? username : '$BMC_USER'
  const body = quote(JSON.stringify({ ResetType: reset }))
  const target = `${quote(origin)}/redfish/v1/Systems/"$SYSTEM_ID"/Actions/ComputerSystem.Reset`
  return `curl -k -u "${account}:$BMC_PASSWORD" -H 'Content-Type: application/json' -d ${body} ${target}`
}

/** As `baseboard power` calls them. The power button has no word there. */
const verbs: Partial<Record<OperationAction, string>> = {
  On: 'on',
  ForceOff: 'off',
  GracefulShutdown: 'soft',
  GracefulRestart: 'restart',
  ForceRestart: 'reset',
  PowerCycle: 'cycle',
  FullPowerCycle: 'reseat',
  Nmi: 'diag',
  Boot: 'boot',
}

/** The same by Baseboard's command line, which asks before it acts as the dialog does; null where it has no word for it or the range is too long. */
export function toCliCommand(names: readonly string[], action: OperationAction, { forceAfterSeconds }: ActionOptions = {}, limits: OperationLimits = {}): Command | null {
  const verb = verbs[action]
  const range = foldNames(names)
  if (verb === undefined || range.length > maxSelectionLength) return null
  const { atOnce, pauseSeconds, perRack, perGroup, order, deadlineSeconds } = limits
  const options = { 'force-after': forceAfterSeconds, 'at-once': atOnce, pause: pauseSeconds, 'per-rack': perRack, 'per-group': perGroup, order, deadline: deadlineSeconds }
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]))
  return { tool: 'baseboard', text: ['baseboard power', verb, quote(range), ...given].join(' ') }
}

const sharePlace = '$SHARE_PASSWORD'

/**
 * The same operation asked of Baseboard's own interface, audited as the button is. The nodes are a range, short enough to read, and how many
 * they are: should it mean others by then, nothing is done.
 */
export function toApiCommand(origin: string, names: readonly string[], action: OperationAction, options: AskedOptions = {}, limits: OperationLimits = {}): Command {
  const range = foldNames(names)
  const isRange = names.length > 1 && range.length <= maxSelectionLength
  const { sharePassword, ...open } = options
  const asked = { kind: kindOf(action), action, ...open, ...(sharePassword !== undefined && { sharePassword: sharePlace }), ...(isRange ? { range, expect: names.length } : { nodes: names }) }
  const body = JSON.stringify(Object.keys(limits).length === 0 ? asked : { ...asked, limits })
  // Out of the single quotes for as long as the shell has a word to put in.
  const data = sharePassword === undefined ? quote(body) : quote(body).replace(`"sharePassword":"${sharePlace}"`, () => `"sharePassword":"'"${sharePlace}"'"`)
  return {
    tool: 'baseboard',
    text: `curl -H "Authorization: Bearer $BASEBOARD_TOKEN" -H 'Content-Type: application/json' -d ${data} ${origin}/api/operations`,
  }
}
