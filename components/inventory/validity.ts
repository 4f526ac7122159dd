import type { Part } from '#lib/domain/inventory.ts'

export const soonDays = 30
const dayMs = 86_400_000

export type Validity = { state: 'valid' | 'soon' | 'expired'; days: number; /** Somebody should do something about it. */ matters: boolean }

/**
 * How long a certificate or licence is still good; null where it has no end (RFC 5280 §4.1.2.5: the year 9999) or none is told. That an
 * authority for Secure Boot has expired stops nobody: of certificates only the one of the BMC's own HTTPS matters.
 */
export function toValidity({ kind, technology, validUntil }: Part, nowMs: number): Validity | null {
  if (validUntil === undefined || validUntil.startsWith('9999')) return null
  const leftMs = Date.parse(validUntil) - nowMs
  const days = Math.floor(Math.abs(leftMs) / dayMs)
  const state = leftMs < 0 ? 'expired' : days < soonDays ? 'soon' : 'valid'
  return { state, days, matters: state !== 'valid' && (kind === 'licence' || technology === 'HTTPS') }
}
