import { setTimeout as sleep } from 'node:timers/promises'
import type { FanDuties, FanOrder } from '#lib/domain/fan.ts'
import { toRawCommand } from '#lib/ipmi/commands/raw.ts'
import { IpmiError } from '#lib/ipmi/errors.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import type { FanAnswer } from './bmc.ts'
import { toBmcError } from './failure.ts'
import type { FanProfile } from './fan-profile.ts'
import { fillTemplate, namesZone, uses, type FanTemplate, type TemplateValues } from './fan-template.ts'
import { askBytes, toByteAt } from './ipmi-fan-bytes.ts'
import { perZone, type ProfileZone } from './ipmi-fan-control.ts'
import type { FoundFans } from './ipmi-fans.ts'
import type { IpmiMemory } from './ipmi-sweep.ts'

const commandMs = 6_000

/** Sends orders that nothing speaks against: every packet once, a mode before its duties. */
export function createFanOrders(session: Pick<IpmiSession, 'send' | 'privilege'>, address: string, memory: Pick<IpmiMemory, 'fanMode'>) {
  /** A packet of the order under way has left: from then on a failure says nothing of the whole. */
  let hasLeft = false

  async function setDuties(found: FoundFans, duties: FanDuties, signal: AbortSignal | undefined): Promise<FanAnswer> {
    const { profile, zones } = found
    const wanted = zones.filter(({ id }) => duties[id] !== undefined)
    const { manual } = profile
    if (manual !== undefined) {
      const need = await toNeed(profile, manual)
      const answer: FanAnswer = need === 'none' ? { kind: 'accepted' } : await setMode(found, manual, wanted, signal)
      if (answer.kind !== 'accepted') return answer
      if (need === 'change' && !(await pause(profile.settleMs.mode, signal))) return { kind: 'rejected', text: `${address}: stopped after the fan mode was set and before the duty was` }
    }
    const percents = zones.map(({ id }) => duties[id] ?? 100)
    for (const { template, zone } of perZone(profile.setDuty!, wanted)) {
      const percent = zone === undefined ? undefined : duties[zone.id]
      const answer = await send(profile, template, { zone: zone?.byte, percent, percents, timeoutSeconds: profile.timeoutSeconds }, 'setting the fan duty', manual === undefined, signal)
      if (answer.kind !== 'accepted') return answer
    }
    return { kind: 'accepted' }
  }

  /** A mode that reads back as it should is left alone; one that ends by itself, or cannot be read, is set anew each time. */
  async function toNeed(profile: FanProfile, manual: string): Promise<'none' | 'renewal' | 'change'> {
    const { readMode, modes } = profile
    const mode = modes.find(({ id }) => id === manual)!
    if (readMode === undefined || namesZone(readMode.send)) return memory.fanMode === manual ? 'renewal' : 'change'
    if (toByteAt(await askBytes(session, readMode.send, {}, 'reading the fan mode'), readMode) !== mode.value) return 'change'
    return mode.set!.some((one) => uses(one, 'timeout')) ? 'renewal' : 'none'
  }

  async function setMode({ profile, zones }: FoundFans, id: string, wanted: readonly ProfileZone[], signal: AbortSignal | undefined): Promise<FanAnswer> {
    const mode = profile.modes.find((one) => one.id === id)!
    for (const { template, zone } of perZone(mode.set!, id === profile.manual ? wanted : zones)) {
      const answer = await send(profile, template, { zone: zone?.byte, timeoutSeconds: profile.timeoutSeconds }, `setting the fan mode ${mode.name}`, true, signal)
      if (answer.kind !== 'accepted') return answer
    }
    memory.fanMode = id
    return { kind: 'accepted' }
  }

  async function setSwitch(profile: FanProfile, order: { switch: string; on: boolean }, signal: AbortSignal | undefined): Promise<FanAnswer> {
    const wanted = profile.switches.find(({ id }) => id === order.switch)!
    for (const template of (order.on ? wanted.on : wanted.off).set) {
      const answer = await send(profile, template, {}, `setting the switch ${wanted.id}`, false, signal)
      if (answer.kind !== 'accepted') return answer
    }
    return { kind: 'accepted' }
  }

  /** One packet, once. `opens`: the command by which a firmware that was closed to this says so. */
  async function send(profile: FanProfile, template: FanTemplate, values: TemplateValues, what: string, opens: boolean, signal: AbortSignal | undefined): Promise<FanAnswer> {
    try {
      await session.send(toRawCommand(what, [template.netFn, template.cmd], 'control'), fillTemplate(template, values), { timeoutMs: commandMs, ...(signal && { signal }) })
      hasLeft = true
      return { kind: 'accepted' }
    } catch (error) {
      const text = toBmcError(error, address).message
      if (!(error instanceof IpmiError)) return { kind: 'rejected', text }
      if (error.kind === 'reply-lost' || error.kind === 'malformed' || error.kind === 'protocol') return { kind: 'reply-lost', text }
      if (error.kind !== 'completion-code') {
        if (hasLeft) return { kind: 'reply-lost', text }
        throw error
      }
      // With a user of less privilege, 0xD4 means just that.
      const isFinal = opens && profile.absentOn.includes(error.completionCode ?? 0) && session.privilege === 'administrator'
      return isFinal ? { kind: 'unsupported', text: `${text}: this firmware takes no such fan command` } : { kind: 'rejected', text }
    }
  }

  return {
    async send(found: FoundFans, order: FanOrder, signal: AbortSignal | undefined): Promise<FanAnswer> {
      hasLeft = false
      if (order.kind === 'duty') return setDuties(found, order.duties, signal)
      if (order.kind === 'switch') return setSwitch(found.profile, order, signal)
      return setMode(found, order.kind === 'automatic' ? found.control.automatic! : order.mode, found.zones, signal)
    },
  }
}

/** False when it was cut short. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return sleep(ms, true, { ...(signal && { signal }) }).catch(() => false)
}
