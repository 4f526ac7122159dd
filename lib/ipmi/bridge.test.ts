import { describe, expect, test } from 'vitest'
import { bridge, unbridge } from './bridge.ts'
import { encodeResponse } from './message.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('Send Message (IPMI 2.0 §22.7): track request on channel 6; then an IPMB request from 20h to 2Ch, LUN 0, number 9, with its checksums', () => {
  const { netFn, cmd, rqSeq, data } = bridge({ netFn: 0x04, cmd: 0x2d, rqSeq: 9, lun: 0, data: Buffer.of(0x34) }, { address: 0x2c, channel: 6 })
  expect([netFn, cmd, rqSeq]).toEqual([0x06, 0x34, 9])
  expect(Buffer.from(data)).toEqual(hex('46 2c10c4 20 24 2d 34 5b'))
})

describe('its answer', () => {
  const answer = (completionCode: number, data: Buffer) => ({ netFn: 7, cmd: 0x34, completionCode, data, rqSeq: 9, lun: 0, responderAddress: 0x20, requesterAddress: 0x81 })

  test('sent: the other controller’s answer comes by itself', () => {
    expect(unbridge(answer(0, Buffer.alloc(0)))).toBe('sent')
    expect(unbridge(answer(0, Buffer.of(1, 2, 3)))).toBe('sent')
  })

  test('refused', () => {
    expect(unbridge(answer(0x83, Buffer.alloc(0)))).toMatchObject({ completionCode: 0x83 })
  })

  test('the other’s answer within it', () => {
    const inner = encodeResponse({ netFn: 5, cmd: 0x2d, completionCode: 0, data: Buffer.of(0x20, 0xc0), rqSeq: 9, responderAddress: 0x2c, requesterAddress: 0x20 })
    expect(unbridge(answer(0, inner))).toMatchObject({ netFn: 5, cmd: 0x2d, completionCode: 0, data: Buffer.of(0x20, 0xc0), responderAddress: 0x2c })
  })

  test('something else', () => {
    expect(unbridge({ ...answer(0, Buffer.alloc(0)), cmd: 0x33 })).toBeUndefined()
    expect(unbridge({ ...answer(0, Buffer.alloc(0)), netFn: 5 })).toBeUndefined()
  })
})
