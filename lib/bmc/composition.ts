import type { Capability, Protocol } from '#lib/domain/bmc.ts'
import type { Told } from '#lib/domain/reason.ts'
import { compositions, isComposable, resetTypes } from '#lib/domain/reset-rules.ts'
import type { ResetType } from '#lib/domain/power.ts'

/** What each reset type comes to on a BMC that has these natively; `lacks` is the sentence for one that it cannot do at all. */
export function toResetCapabilities(native: readonly string[], via: Protocol, lacks: Told): Record<ResetType, Capability> {
  const entries = resetTypes.map((type): [ResetType, Capability] => {
    if (native.includes(type)) return [type, { can: true, via }]
    const parts: readonly ResetType[] | undefined = isComposable(type) ? compositions[type] : undefined
    if (parts?.every((part) => native.includes(part))) return [type, { can: true, via, composed: true, ...lacks }]
    return [type, { can: false, ...lacks }]
  })
  return Object.fromEntries(entries) as Record<ResetType, Capability>
}

/** The better of two ways for one reset: native before composed, and the first before the second. */
export function toBetter(first: Capability | undefined, second: Capability | undefined): Capability | undefined {
  const isNative = (one: Capability | undefined) => one?.can === true && one.composed !== true
  if (isNative(first) || second === undefined) return first
  if (isNative(second) || first === undefined) return second
  return first.can ? first : second.can ? second : first
}
