import * as z from 'zod'
import { toBootOverride, type BootOverride } from './boot-override.ts'
import { LOCAL_FAILURES } from './collection.ts'
import { isRedfishError, type RedfishErrorKind } from './errors.ts'
import { toIndicator } from './indicator.ts'
import { nested, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'
import type { ServiceRoot } from './service-root.ts'
import type { RedfishSession } from './session.ts'

/** The power of a node as its BMC tells it now. */
export type PowerReading = {
  /** On, Off, PoweringOn, PoweringOff, Paused; undefined when the BMC states none. */
  powerState: 'On' | 'Off' | 'PoweringOn' | 'PoweringOff' | 'Paused' | undefined
  /** Evidence of a reset that the state alone does not show; RFC 3339, undefined when unset. */
  lastResetTime: string | undefined
  /** The locate light; undefined when unknown. */
  indicator: boolean | undefined
  boot: BootOverride
  progress: HostProgress
}

/** What the same resource says of the host's start. `lastState`: DSP0268 BootProgress.LastState, e.g. OSRunning. `makersWord`: HPE's PostState, Lenovo's SystemStatus. */
export type HostProgress = { lastState: string | undefined; makersWord: string | undefined }

const schema = z.object({
  PowerState: text,
  LastResetTime: text,
  BootProgress: nested({ LastState: text }),
  Oem: nested({ Hpe: nested({ PostState: text }), Hp: nested({ PostState: text }), Lenovo: nested({ SystemStatus: text }) }),
})

const POWER_STATES = ['On', 'Off', 'PoweringOn', 'PoweringOff', 'Paused'] as const

/** One GET of the host system, and before the first those that find it, unless an earlier session has found it. A BMC without a system has no power state. */
export async function readPower(model: RedfishModel): Promise<PowerReading> {
  const reading = toPowerReading(await readHost(model), model.session.root)
  model.notePowerState(reading.powerState)
  return reading
}

/** A system that has gone from its path is looked for anew, once. */
async function readHost(model: RedfishModel): Promise<unknown> {
  const { path, body, isRecalled } = await model.host()
  if (path === undefined || body !== undefined) return body
  // What another session has found there says nothing of what else may stand there now.
  const answer = await readOrGone(model.session, path, isRecalled === true ? LOCAL_FAILURES : ['not-found'])
  if (answer !== undefined) return answer
  model.forget()
  const found = await model.host()
  if (found.path === undefined || found.body !== undefined) return found.body
  return await model.session.at('urgent').get(found.path)
}

async function readOrGone(session: RedfishSession, path: string, signs: readonly RedfishErrorKind[]): Promise<unknown> {
  try {
    return await session.at('urgent').get(path)
  } catch (error) {
    if (isRedfishError(error, ...signs)) return undefined
    throw error
  }
}

function toPowerReading(body: unknown, root: ServiceRoot): PowerReading {
  const system = parseLoose(schema, body)
  const { Oem } = system
  return {
    powerState: POWER_STATES.find((state) => state.toLowerCase() === system.PowerState?.toLowerCase()),
    // The epoch stands for "never" (OpenBMC).
    lastResetTime: system.LastResetTime?.startsWith('1970-01-01T00:00:00') ? undefined : system.LastResetTime,
    indicator: toIndicator(body, root),
    boot: toBootOverride(body),
    progress: { lastState: system.BootProgress?.LastState, makersWord: (Oem?.Hpe ?? Oem?.Hp)?.PostState ?? Oem?.Lenovo?.SystemStatus },
  }
}
