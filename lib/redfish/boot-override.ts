import * as z from 'zod'
import { isRedfishError, RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { findGarbledProperties } from './garbled.ts'
import { link, nested, parseLoose, text, words } from './loose.ts'
import type { RedfishModel } from './model.ts'
import type { RedfishSession } from './session.ts'

/** Boot override of a system (DSP0268, ComputerSystem.Boot). */
export type BootOverride = {
  /** The system has the property, so that it can be set. */
  isOffered: boolean
  enabled: string | undefined
  target: string | undefined
  mode: string | undefined
  /** Undefined where the system has no such property; empty where it is not set. */
  httpUri: string | undefined
  allowedTargets: string[]
  /** Empty where the BMC lists none; most of those that have modes do not. */
  allowedModes: string[]
  allowedEnabled: string[]
  /** The properties of it that stand there and cannot be understood. */
  garbled: string[]
}

const schema = z.object({
  Boot: nested({
    BootSourceOverrideEnabled: text,
    BootSourceOverrideTarget: text,
    BootSourceOverrideMode: text,
    HttpBootUri: z.string().max(2048).nullable().optional().catch(undefined),
    'BootSourceOverrideTarget@Redfish.AllowableValues': words,
    'BootSourceOverrideMode@Redfish.AllowableValues': words,
    'BootSourceOverrideEnabled@Redfish.AllowableValues': words,
  }),
  '@Redfish.Settings': nested({ SettingsObject: link }),
  Manufacturer: text,
  Model: text,
})

const expected = {
  BootSourceOverrideEnabled: 'word',
  BootSourceOverrideTarget: 'word',
  BootSourceOverrideMode: 'word',
  'BootSourceOverrideTarget@Redfish.AllowableValues': 'words',
  'BootSourceOverrideMode@Redfish.AllowableValues': 'words',
  'BootSourceOverrideEnabled@Redfish.AllowableValues': 'words',
} as const

/**
 * Supermicro's firmware sees the virtual CD as a CD drive on USB; the models of which that is not so (sushy, the same list). A CD drive of
 * the machine's own is rare.
 */
const USB_CD = { manufacturer: 'supermicro', word: 'UsbCd', butModels: ['ars-111gl-nhr'] } as const

/** What a ComputerSystem's body says of it. */
export function toBootOverride(body: unknown): BootOverride {
  const { Boot: boot } = parseLoose(schema, body)
  const allowedTargets = boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'] ?? []
  return {
    isOffered: allowedTargets.length > 0 || boot?.BootSourceOverrideTarget !== undefined || boot?.BootSourceOverrideEnabled !== undefined,
    enabled: boot?.BootSourceOverrideEnabled,
    target: boot?.BootSourceOverrideTarget,
    mode: boot?.BootSourceOverrideMode,
    httpUri: boot?.HttpBootUri === null ? '' : boot?.HttpBootUri,
    allowedTargets,
    allowedModes: boot?.['BootSourceOverrideMode@Redfish.AllowableValues'] ?? [],
    allowedEnabled: boot?.['BootSourceOverrideEnabled@Redfish.AllowableValues'] ?? [],
    garbled: [...findGarbledProperties(body, { Boot: 'object' }), ...findGarbledProperties((body as { Boot?: unknown } | undefined)?.Boot, expected)],
  }
}

/**
 * Where the override is set and how it stands. `pending`: the settings that are taken over at the next start, where the override belongs to
 * them (DSP0266 §9.10; NVIDIA's BMCs take it nowhere else); `path` is theirs then. What a BMC allows may stand in either.
 */
export type BootPlace = { path: string; now: BootOverride; pending: BootOverride | undefined; /** The word for a CD where it is not the plain one. */ cdWord: string | undefined }

/** One GET of the host's system, and one of its settings where it has some. Throws `unsupported` without a system. */
export async function readBootPlace(model: RedfishModel): Promise<BootPlace> {
  const session = model.session.at('urgent')
  const { system } = await model.tree()
  if (system === undefined) throw new RedfishError('unsupported', session.address, 'the BMC has no system to boot', { notSent: true })
  const body = await session.get(system)
  const now = toBootOverride(body)
  const { '@Redfish.Settings': told, Manufacturer, Model } = parseLoose(schema, body)
  const isUsbCd = Manufacturer?.toLowerCase() === USB_CD.manufacturer && !USB_CD.butModels.some((model) => model === Model?.toLowerCase())
  const cdWord = isUsbCd ? USB_CD.word : undefined
  const settings = told?.SettingsObject
  const pending = settings === undefined ? undefined : toBootOverride(await readSettings(session, settings))
  if (settings === undefined || pending?.target === undefined) return { path: system, now, pending: undefined, cdWord }
  return { path: settings, now, cdWord, pending: { ...pending, allowedTargets: pending.allowedTargets.length > 0 ? pending.allowedTargets : now.allowedTargets } }
}

/** Settings that are linked and cannot be read hold no override. */
async function readSettings(session: RedfishSession, path: string): Promise<unknown> {
  try {
    return await session.get(path)
  } catch (error) {
    if (isRedfishError(error, 'not-found', 'http', 'bad-json')) return undefined
    throw error
  }
}

/** In Redfish's words, all allowed by this BMC. `mode` undefined: as it is. `httpUri` undefined: not touched. */
export type BootChange = { enabled: string; target: string; mode: string | undefined; httpUri: string | undefined }

/**
 * Sets the override: enabled, target and mode in one PATCH, for Supermicro and AMI refuse a part of them or fill in the rest as they like
 * (DMTF Redfishtool #106, sushy). An iLO on the other hand refuses the mode even as it is (community.general #3509), and others the target
 * `None`: a refusal that changed nothing is followed by the same without that. Read back with `readBootPlace`.
 */
export async function setBootOverride(session: RedfishSession, { path, now, pending }: BootPlace, change: BootChange): Promise<Answer> {
  const bodies = toBodies(change, (pending ?? now).mode)
  for (const [index, body] of bodies.entries()) {
    try {
      return await session.patch(path, body)
    } catch (error) {
      const next = bodies[index + 1]
      if (next === undefined || !isRedfishError(error) || error.status !== 400 || !isAnotherWay(next, error)) throw error
    }
  }
  throw new RedfishError('unsupported', session.address, 'nothing to set', { notSent: true })
}

/** Whether what was refused is what the next body does without. */
function isAnotherWay({ Boot }: Body, { messages }: RedfishError): boolean {
  if (Object.keys(Boot).length === 1) return true
  return messages.some((message) => /BootSourceOverrideMode|PropertyNotWritable|PropertyUnknown|PropertyIsReadOnly/i.test(message))
}

type Body = { Boot: Record<string, string | null> }

/** The bodies to try in turn: each after the BMC has refused the one before as a whole. */
function toBodies({ enabled, target, mode, httpUri }: BootChange, present: string | undefined): Body[] {
  const bare = { BootSourceOverrideEnabled: enabled, BootSourceOverrideTarget: target, ...(httpUri === undefined ? {} : { HttpBootUri: httpUri === '' ? null : httpUri }) }
  const sentMode = mode ?? present
  const whole = sentMode === undefined ? [] : [{ ...bare, BootSourceOverrideMode: sentMode }]
  // Without the mode only where it is to stay as it is.
  const part = mode === undefined || mode === present || sentMode === undefined ? [bare] : []
  const off = enabled === 'Disabled' ? [{ BootSourceOverrideEnabled: enabled }] : []
  return [...whole, ...part, ...off].map((Boot) => ({ Boot }))
}
