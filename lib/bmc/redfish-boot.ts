import { toBootTarget, toBootWord, type BootMode, type BootOrder, type BootState } from '#lib/domain/boot.ts'
import { readBootPlace, setBootOverride, type BootChange, type BootOverride, type BootPlace } from '#lib/redfish/boot-override.ts'
import { RedfishError } from '#lib/redfish/errors.ts'
import { toGarbledReason } from '#lib/redfish/garbled.ts'
import type { Answer } from '#lib/redfish/exchange.ts'
import type { RedfishModel } from '#lib/redfish/model.ts'
import { toPlainText } from './text.ts'

const lastings = { once: 'Once', always: 'Continuous' } as const
const modes = { uefi: 'UEFI', legacy: 'Legacy' } as const

/** What is set, or will be taken over at the next start. */
export async function readBoot(model: RedfishModel): Promise<BootState | null> {
  const { now, pending } = await readBootPlace(model)
  // What cannot be understood is not the same as nothing.
  const reason = toGarbledReason([...now.garbled, ...(pending?.garbled ?? [])])?.text ?? (now.isOffered ? undefined : 'this BMC tells of no boot override')
  if (reason !== undefined) throw new RedfishError('garbled', model.session.address, reason)
  const present = toState(now)
  if (pending === undefined) return present
  const next = toState(pending)
  return next === null || isSame(next, present) ? next : { ...next, isPending: true }
}

const isSame = (one: BootState, other: BootState | null) => one.word === other?.word && one.lasting === other.lasting

function toState({ enabled, target, mode }: BootOverride): BootState | null {
  if (enabled === undefined || enabled === 'Disabled' || target === undefined || target === 'None') return null
  const known = (Object.keys(modes) as BootMode[]).find((one) => modes[one] === mode)
  return { target: toBootTarget(target), word: toPlainText(target, 60), lasting: enabled === lastings.always ? 'always' : 'once', ...(known && { mode: known }) }
}

/** Reads what this BMC allows now, and gives what sends the order. Throws a RedfishError, nothing sent, for what it does not allow. */
export async function prepareBoot(model: RedfishModel, order: BootOrder): Promise<() => Promise<Answer>> {
  const { session } = model
  const place = await readBootPlace(model)
  const change = toChange(place, order)
  if (typeof change === 'string') throw new RedfishError('unsupported', session.address, change, { notSent: true })
  return () => setBootOverride(session, place, change)
}

/** The order in this BMC's words, or why it does not go. */
function toChange({ now, pending, cdWord }: BootPlace, { target, lasting, mode, uri }: BootOrder): BootChange | string {
  const { allowedTargets, allowedModes, allowedEnabled, httpUri, mode: present } = pending ?? now
  if (target === 'none') return { enabled: 'Disabled', target: 'None', mode: undefined, httpUri: undefined }
  const isCdWord = target === 'cd' && cdWord !== undefined && allowedTargets.includes(cdWord)
  const word = isCdWord ? cdWord : toBootWord(target, allowedTargets, mode)
  if (word === undefined) return `over Redfish this BMC boots from ${toList(allowedTargets)}, and from no ${target}`
  const enabled = lastings[lasting]
  if (allowedEnabled.length > 0 && !allowedEnabled.includes(enabled)) return `over Redfish this BMC has no override that lasts ${lasting}, only ${toList(allowedEnabled)}`
  const wanted = mode === undefined ? undefined : modes[mode]
  if (wanted !== undefined && present === undefined && allowedModes.length === 0) return 'over Redfish this BMC has no boot mode that could be set'
  if (wanted !== undefined && allowedModes.length > 0 && !allowedModes.includes(wanted)) return `over Redfish this BMC has no boot mode ${wanted}, only ${toList(allowedModes)}`
  if (uri !== undefined && httpUri === undefined) return 'over Redfish this BMC takes no URI to boot from'
  // An earlier URI must not be what a boot by HTTP fetches when none was asked for.
  const fetched = target === 'http' ? (uri ?? (httpUri ? '' : undefined)) : undefined
  return { enabled, target: word, mode: wanted, httpUri: fetched }
}

const toList = (words: readonly string[]) => (words.length === 0 ? 'nothing that it names' : words.slice(0, 20).map((word) => toPlainText(word, 40)).join(', '))
