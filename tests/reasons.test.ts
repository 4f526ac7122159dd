import { describe, expect, it } from 'vitest'
import { sentences, toTold, sayBmc } from '../lib/bmc/reason.ts'
import { fanSentences } from '../lib/domain/fan-words.ts'
import { joinTold } from '../lib/domain/reason.ts'
import { say } from '../lib/redfish/reason.ts'
import en from '../messages/en.json' with { type: 'json' }

describe('why something cannot be done', () => {
  it('is in the messages under its code, every sentence of ours and no other', () => {
    const { join: _, ...messages } = en.reason
    expect(messages).toEqual({ ...sentences, ...fanSentences })
  })

  it('is stored in English and by its code; what a BMC says stays as it is', () => {
    const text = 'over Redfish this BMC allows only On, ForceOff'
    expect(toTold(sayBmc('reset-only', { types: 'On, ForceOff' }))).toEqual({ reason: text, why: [{ code: 'reset-only', values: { types: 'On, ForceOff' }, text }] })
    expect(toTold(say('bios-fixed'))).toEqual({ reason: 'the attributes can be read and not changed', why: [{ code: 'bios-fixed', text: 'the attributes can be read and not changed' }] })
    expect(toTold('The {BIOS} has not started yet.')).toEqual({ reason: 'The {BIOS} has not started yet.' })
    expect(toTold(undefined)).toEqual({})
  })

  it('puts hostile values in as plain text', () => {
    expect(toTold(say('media-more', { cause: 'a\u202eb\n{cause}' })).why).toEqual([{ code: 'media-more', values: { cause: 'a b {cause}' }, text: 'there may be more slots: a b {cause}' }])
  })

  it('of two protocols is told once each; records of older versions have no codes', () => {
    const told = joinTold(toTold(say('no-bios')), { reason: 'busy' }, toTold(say('no-bios')), {})
    expect(told).toEqual({ reason: 'this BMC offers no BIOS settings over Redfish; busy', why: [{ code: 'no-bios', text: 'this BMC offers no BIOS settings over Redfish' }, { text: 'busy' }] })
    expect(joinTold({ reason: 'a' }, { reason: 'a' })).toEqual({ reason: 'a' })
    expect(joinTold({}, {})).toEqual({})
  })
})
