import type { Abilities, AbilityName, BmcResetAbility, BootAbility, FanAbility, PowerCapAbility } from '#lib/domain/abilities.ts'
import { getDeviceId } from '#lib/ipmi/commands/app.ts'
import { getBootFlags, type BootFlags } from '#lib/ipmi/commands/boot.ts'
import { getPowerLimit, noActivePowerLimit } from '#lib/ipmi/commands/dcmi.ts'
import { cipherSuiteChunkLength, getChannelCipherSuites, getSessionInfo, readCipherSuiteIds } from '#lib/ipmi/commands/session.ts'
import { getSolParameter, solParameters } from '#lib/ipmi/commands/sol.ts'
import type { Command } from '#lib/ipmi/command.ts'
import { IpmiError, refusable } from '#lib/ipmi/errors.ts'
import type { Privilege } from '#lib/ipmi/rakp.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import type { AbilityReading } from './abilities.ts'
import { toIpmiRoutes } from './console-routes.ts'
import { bootWords } from './ipmi-boot.ts'
import type { FanFinding, IpmiFans } from './ipmi-fans.ts'
import { sayBmc, toTold } from './reason.ts'
import { within } from './within.ts'

/** Either what the BMC answered, or its refusal. */
type Asked<T> = { value: T; refusal?: undefined } | { value?: undefined; refusal: IpmiError }

/**
 * What the standard commands tell, eight of them sent one after the other, and what of a maker's own is known for the fans. Never rejects: what was had within `budgetMs`, or before the
 * session broke, counts, and the next reading notices a broken one.
 */
export async function readIpmiAbilities(session: Pick<IpmiSession, 'send' | 'privilege'>, budgetMs: number, fans: Pick<IpmiFans, 'find'>): Promise<AbilityReading> {
  const told: Told = { abilities: { ...withoutIpmi } }
  const isOver = { now: false }
  await within(fill(session, told, isOver, fans), budgetMs, undefined, () => new Error('too slow')).catch(() => {})
  isOver.now = true
  return { ...told, abilities: { ...told.abilities }, unread: ipmiAbilities.filter((name) => told.abilities[name] === undefined) }
}

type Told = Omit<AbilityReading, 'unread'>

async function fill(session: Pick<IpmiSession, 'send' | 'privilege'>, told: Told, isOver: { readonly now: boolean }, fans: Pick<IpmiFans, 'find'>): Promise<void> {
  async function ask<Request, Response>(command: Command<Request, Response>, request: Request): Promise<Asked<Response>> {
    if (isOver.now) throw new IpmiError('aborted', 'nobody waits any more')
    const answer = await refusable(session.send(command, request))
    return answer instanceof IpmiError ? { refusal: answer } : { value: answer }
  }

  told.abilities.boot = toBoot(await ask(getBootFlags, undefined))
  const device = await ask(getDeviceId, undefined)
  const solEnable = (await ask(getSolParameter, { parameter: solParameters.enable })).value?.[0]
  // Bit 0 (IPMI 2.0 table 26-5). A BMC that does not tell is asked when the console is opened.
  const isSolEnabled = solEnable === undefined ? undefined : (solEnable & 1) === 1
  told.consoles = toIpmiRoutes(isSolEnabled, device.value?.manufacturerId ?? 0)
  told.abilities.bmcReset = toBmcReset(session.privilege)
  told.abilities.powerCap = toPowerCap(await ask(getPowerLimit, undefined))
  const info = (await ask(getSessionInfo, undefined)).value
  if (info !== undefined && info.limit > 0) told.sessions = { via: 'ipmi', limit: info.limit, inUse: info.active }
  const cipherSuites = await readCipherSuites(async (index) => (await ask(getChannelCipherSuites, { index })).value?.records)
  if (cipherSuites.length > 0) told.cipherSuites = cipherSuites
  // Last, since it may take the FRU and a question for each zone.
  told.abilities.fans = toFans(await fans.find())
}

/** What is known only from somebody's report is not said to be there: whoever turns it on has read what will be sent. */
function toFans(found: FanFinding): FanAbility {
  if ('absent' in found) return { can: null, ...toTold(found.absent), values: [] }
  const { control } = found
  const isUnverified = control.grade === 'C'
  return {
    can: isUnverified ? null : true,
    via: 'ipmi',
    ...(isUnverified ? toTold(sayBmc('fans-unverified')) : {}),
    route: 'profile',
    name: control.name,
    values: control.modes.filter(({ canSet }) => canSet).map(({ name }) => name),
    control,
  }
}

/** More chunks than there are suites to fill them (IPMI 2.0 §22.15). */
const maxChunks = 16

async function readCipherSuites(readChunk: (index: number) => Promise<Buffer | undefined>): Promise<number[]> {
  const chunks: Buffer[] = []
  while (chunks.length < maxChunks && (chunks.at(-1)?.length ?? cipherSuiteChunkLength) === cipherSuiteChunkLength) {
    const chunk = await readChunk(chunks.length)
    if (chunk === undefined) break
    chunks.push(Buffer.from(chunk))
  }
  return [...new Set(readCipherSuiteIds(Buffer.concat(chunks)))].sort((a, b) => a - b)
}

/** Those that IPMI may have. */
const ipmiAbilities: readonly AbilityName[] = ['boot', 'powerCap', 'fans']

function toBoot({ value, refusal }: Asked<BootFlags>): BootAbility {
  if (refusal !== undefined) return { can: false, ...toTold(sayBmc('ipmi-refused', { detail: refusal.detail })), targets: [], modes: [], lasting: [] }
  const target = value.device === undefined ? undefined : (bootWords[value.device] ?? value.device)
  const current = { lasting: value.isPersistent ? 'Continuous' : 'Once', ...(target === undefined ? {} : { target }), mode: value.isEfi ? 'UEFI' : 'Legacy' }
  return {
    can: true,
    via: 'ipmi',
    // Which of them the firmware honours no command tells.
    targets: Object.values(bootWords),
    modes: ['Legacy', 'UEFI'],
    lasting: ['Once', 'Continuous'],
    ...(value.isValid && value.device !== 'none' ? { current } : {}),
  }
}

function toPowerCap({ value, refusal }: Asked<{ limitWatts: number }>): PowerCapAbility {
  if (value !== undefined) return { can: true, via: 'ipmi', limit: value.limitWatts, isActive: true }
  if (refusal.completionCode === noActivePowerLimit) return { can: true, via: 'ipmi' }
  return { can: false, ...toTold(sayBmc('ipmi-refused', { detail: refusal.detail })) }
}

/** Cold Reset needs an administrator (IPMI 2.0 appendix G); whether a BMC has it no command tells. */
const toBmcReset = (privilege: Privilege): BmcResetAbility =>
  privilege === 'administrator'
    ? { can: true, via: 'ipmi', types: [] }
    : { can: false, ...toTold(sayBmc('bmc-reset-privilege', { privilege })), types: [] }

/** What no IPMI has a standard command for. */
const withoutIpmi = {
  media: { can: false, ...toTold(sayBmc('ipmi-no-media')), slots: [] },
  bios: { can: false, ...toTold(sayBmc('ipmi-no-bios')) },
  update: { can: false, ...toTold(sayBmc('ipmi-no-update')), ways: [] },
  events: { can: false, ...toTold(sayBmc('ipmi-no-traps')), types: [] },
} as const satisfies Abilities
