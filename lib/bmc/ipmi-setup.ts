import { bitRates, type BmcSetting, type BmcSetup } from '#lib/domain/bmc-setup.ts'
import type { Command } from '#lib/ipmi/command.ts'
import { getChannelAccess, getChannelInfo } from '#lib/ipmi/commands/channel.ts'
import { getChassisStatus, getPowerRestorePolicies, setPowerRestorePolicy } from '#lib/ipmi/commands/chassis.ts'
import { getPefActions, getPefControl } from '#lib/ipmi/commands/pef.ts'
import { getSolParameter, setSolParameter, solParameters } from '#lib/ipmi/commands/sol.ts'
import { getSelTime, setSelTime } from '#lib/ipmi/commands/storage.ts'
import { getDefaultGateway, getIpAddress, getIpAddressSource, getLanCipherLimits, getLanCipherSuites, getMacAddress, getSubnetMask, getVlanId } from '#lib/ipmi/commands/transport.ts'
import { getUserAccess, getUserName, readPrivilegeLimit } from '#lib/ipmi/commands/users.ts'
import { getWatchdog } from '#lib/ipmi/commands/watchdog.ts'
import { IpmiError, isRefusal, optional } from '#lib/ipmi/errors.ts'
import type { Sender } from '#lib/ipmi/sdr/repository.ts'
import type { SendOptions } from '#lib/ipmi/session.ts'
import { toUtcMs } from './ipmi-sel-clock.ts'
import { toPlainText } from './text.ts'

/** A BMC with 64 user ids has few users, and each costs two questions. */
const greatestUsers = 16
const emptyUser = { name: '', isEnabled: false } as const

type Ask = <Request, Response>(command: Command<Request, Response>, request: Request) => Promise<Response | undefined>

const minuteMs = 60_000

/** How the BMC is set up, by some fifty reads one after the other. What it refuses to tell is null. `zoneMinutes`: how far ahead of UTC its clock is kept. */
export async function readSetup(session: Sender, zoneMinutes: number): Promise<BmcSetup> {
  const ask: Ask = (command, request) => optional(session.send(command, request))
  return {
    restore: await readRestore(ask),
    sol: await readSol(ask),
    lan: await readLan(ask),
    users: await readUsers(ask),
    watchdog: await readWatchdog(ask),
    filtering: await readFiltering(ask),
    // Last: after a change it is compared with our clock once all is read.
    clock: toUtc(await ask(getSelTime, undefined), zoneMinutes),
  }
}

const toUtc = (told: Date | undefined, zoneMinutes: number) => (told === undefined ? null : new Date(toUtcMs(told.getTime(), zoneMinutes)).toISOString())

async function readRestore(ask: Ask): Promise<BmcSetup['restore']> {
  const status = await ask(getChassisStatus, undefined)
  if (status === undefined) return null
  const { powerRestorePolicy: policy } = status
  const policies = await ask(getPowerRestorePolicies, undefined)
  return { policy: policy === 'unknown' ? null : policy, policies: [...(policies ?? [])] }
}

/** Bits of "SOL authentication" (IPMI 2.0 table 26-5, parameter 2). */
const forcesEncryption = 0x80
const firstRate = 6

async function readSol(ask: Ask): Promise<BmcSetup['sol']> {
  const read = async (parameter: number) => ask(getSolParameter, { parameter })
  const enable = (await read(solParameters.enable))?.[0]
  if (enable === undefined) return null
  const authentication = (await read(solParameters.authentication))?.[0]
  const rate = (await read(solParameters.nonVolatileBitRate))?.[0]
  const port = await read(solParameters.payloadPort)
  return {
    isEnabled: (enable & 0x01) !== 0,
    // 0: as the serial port is set up.
    bitRate: rate === undefined ? null : (bitRates[(rate & 0x0f) - firstRate] ?? null),
    privilege: authentication === undefined ? null : (readPrivilegeLimit(authentication) ?? null),
    isEncrypted: authentication === undefined ? null : (authentication & forcesEncryption) !== 0,
    port: port === undefined || port.length < 2 ? null : port.readUInt16LE(0),
  }
}

async function readLan(ask: Ask): Promise<BmcSetup['lan']> {
  const address = await ask(getIpAddress, undefined)
  const mac = await ask(getMacAddress, undefined)
  if (address === undefined && mac === undefined) return null
  const access = await ask(getChannelAccess, { of: 'present' })
  const source = (await ask(getIpAddressSource, undefined))?.source
  return {
    channel: (await ask(getChannelInfo, undefined))?.channel ?? null,
    mode: access?.mode ?? null,
    limit: access?.privilegeLimit ?? null,
    address: address?.address ?? null,
    source: source === undefined || source === 'unspecified' ? null : source,
    mask: (await ask(getSubnetMask, undefined))?.address ?? null,
    gateway: (await ask(getDefaultGateway, undefined))?.address ?? null,
    mac: mac?.macAddress ?? null,
    vlan: (await ask(getVlanId, undefined))?.vlanId ?? null,
    suites: await readSuites(ask),
  }
}

/** The list is filled up with zeros, and 0 is a suite as well: it counts where it stands first. */
async function readSuites(ask: Ask) {
  const ids = (await ask(getLanCipherSuites, undefined))?.suites ?? []
  const limits = (await ask(getLanCipherLimits, undefined))?.limits ?? []
  return ids
    .map((id, at) => ({ id, limit: limits[at] ?? null }))
    .filter(({ id }, at) => ids.indexOf(id) === at && (id !== 0 || at === 0))
    .filter(({ limit }) => limit !== 'no-access')
}

async function readUsers(ask: Ask): Promise<BmcSetup['users']> {
  const first = await ask(getUserAccess, { userId: 1 })
  if (first === undefined) return null
  const users: NonNullable<BmcSetup['users']> = []
  for (let id = 1; id <= Math.min(first.greatestId, greatestUsers); id++) {
    const access = id === 1 ? first : await ask(getUserAccess, { userId: id })
    const { name } = (await ask(getUserName, { userId: id })) ?? emptyUser
    // An id without a name that may do nothing is a free place.
    if (access === undefined || (name === '' && access.isEnabled !== true)) continue
    users.push({ id, name: toPlainText(name, 20), isEnabled: access.isEnabled ?? null, limit: access.privilege ?? null, mayUseIpmi: access.mayUseIpmi })
  }
  return users
}

async function readWatchdog(ask: Ask): Promise<BmcSetup['watchdog']> {
  const told = await ask(getWatchdog, undefined)
  return told === undefined ? null : { isRunning: told.isRunning, use: told.use ?? null, action: told.action ?? null, countdownSeconds: told.countdownMs / 1000 }
}

async function readFiltering(ask: Ask): Promise<BmcSetup['filtering']> {
  const control = await ask(getPefControl, undefined)
  if (control === undefined) return null
  return { isEnabled: control.isEnabled, actions: [...((await ask(getPefActions, undefined))?.actions ?? [])] }
}

/**
 * Sets one thing; each packet leaves once. Where the session ends after a part of it was taken, the error is `reply-lost`: it is read back. A
 * refusal after a part says so in its text.
 * `zoneMinutes`: how far ahead of UTC the BMC's clock is kept.
 */
export async function changeSetup(session: Sender, setting: BmcSetting, zoneMinutes: number, options: SendOptions): Promise<void> {
  if (setting.what === 'restore') return void (await session.send(setPowerRestorePolicy, { policy: setting.policy }, options))
  if (setting.what === 'clock') return session.send(setSelTime, new Date(Date.now() + zoneMinutes * minuteMs), options)
  const rate = setting.bitRate === undefined ? undefined : firstRate + bitRates.indexOf(setting.bitRate)
  const writes: (readonly [parameter: number, value: number])[] = [
    // What is kept, and what is in force now.
    ...(rate === undefined ? [] : ([[solParameters.nonVolatileBitRate, rate], [solParameters.volatileBitRate, rate]] as const)),
    [solParameters.enable, setting.isEnabled ? 1 : 0],
  ]
  for (const [at, [parameter, value]] of writes.entries()) {
    try {
      await session.send(setSolParameter, { parameter, data: Buffer.of(value) }, options)
    } catch (error) {
      if (at === 0 || !(error instanceof IpmiError)) throw error
      const { completionCode } = error
      throw new IpmiError(isRefusal(error) ? error.kind : 'reply-lost', `a part was taken, then: ${error.detail}`, { cause: error, ...(completionCode === undefined ? {} : { completionCode }) })
    }
  }
}
