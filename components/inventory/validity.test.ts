import { expect, it } from 'vitest'
import type { Part } from '#lib/domain/inventory.ts'
import { toValidity } from './validity.ts'

const now = Date.parse('2026-11-29T12:00:00Z')
const until = (validUntil: string | undefined, more: Partial<Part> = {}): Part => ({ kind: 'certificate', slot: 'HTTPS', name: 'HTTPS', technology: 'HTTPS', ...(validUntil && { validUntil }), ...more })

it('says how long a certificate is good, and whether that matters', () => {
  expect(toValidity(until('2032-11-23T01:28:00.000Z'), now)).toMatchObject({ state: 'valid', matters: false })
  expect(toValidity(until('2026-12-11T13:00:00.000Z'), now)).toEqual({ state: 'soon', days: 12, matters: true })
  expect(toValidity(until('2009-12-28T12:00:13.000Z'), now)).toMatchObject({ state: 'expired', matters: true })
})

it('an expired authority of Secure Boot is no matter, an expired licence is', () => {
  expect(toValidity(until('2019-12-31T17:16:05.000Z', { slot: 'db', technology: undefined }), now)).toMatchObject({ state: 'expired', matters: false })
  expect(toValidity(until('2023-02-12T06:00:00.000Z', { kind: 'licence', technology: 'Trial' }), now)).toMatchObject({ state: 'expired', matters: true })
})

it('no end, or none told, is none', () => {
  expect([toValidity(until('9999-12-31T23:59:59.000Z'), now), toValidity(until(undefined), now)]).toEqual([null, null])
})
