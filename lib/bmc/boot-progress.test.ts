import { describe, expect, it } from 'vitest'
import { toEventProgress, toPowerProgress } from './boot-progress.ts'

describe('the start of a host by its power reading', () => {
  it.each([
    [{ lastState: 'MemoryInitializationStarted' }, { source: 'redfish', stage: 'memory', word: 'MemoryInitializationStarted' }],
    // The standard's comes first where a BMC has both (HPE DL380a Gen11).
    [{ lastState: 'OSRunning', makersWord: 'FinishedPost' }, { source: 'redfish', stage: 'osRunning', word: 'OSRunning' }],
    [{ lastState: 'OEM' }, { source: 'redfish', stage: null, word: 'OEM' }],
    [{ makersWord: 'FinishedPost' }, { source: 'maker', stage: 'handedOver', word: 'FinishedPost' }],
    [{ makersWord: 'BootingOSOrInUndetectedOS' }, { source: 'maker', stage: 'undetected', word: 'BootingOSOrInUndetectedOS' }],
    [{ makersWord: 'PowerOff' }, null],
    [{ makersWord: 'constructor' }, null],
    [{}, null],
  ])('%j', (given, expected) => {
    expect(toPowerProgress({ lastState: undefined, makersWord: undefined, ...given })).toEqual(expected)
  })
})

describe('the start of a host by an event (IPMI 2.0 table 42-3)', () => {
  const event = (sensorType: number, ...data: [number, number, number]) => ({ sensorType, eventType: 0x6f, isAsserted: true, data })
  it.each([
    // 0Fh System Firmware Progress; C2h: offset 2, event data 2 is specific
    ['memory', event(0x0f, 0xc2, 0x01, 0xff), { stage: 'memory', word: 'memory initialization' }],
    ['a part of the self-test', event(0x0f, 0xc2, 0x09, 0xff), { stage: 'firmware', word: 'video initialization' }],
    ['the system', event(0x0f, 0xc2, 0x13, 0xff), { stage: 'osStarting', word: 'starting operating system boot process' }],
    ['a hang', event(0x0f, 0xc1, 0x01, 0xff), { stage: 'stuck', word: 'memory initialization' }],
    ['an error', event(0x0f, 0xc0, 0x02, 0xff), { stage: 'stuck', word: 'no usable system memory' }],
    ['an error of which nothing more is said', event(0x0f, 0x00, 0xff, 0xff), { stage: 'stuck', word: 'unspecified' }],
    ['a maker\'s byte is no code of the table', event(0x0f, 0x82, 0x13, 0xff), { stage: 'firmware', word: 'unspecified' }],
    // 1Fh OS Boot: 01h C: boot completed; 07h installation started
    ['a loader', event(0x1f, 0x01, 0xff, 0xff), { stage: 'handedOver', word: 'OS boot' }],
    ['an installer', event(0x1f, 0x07, 0xff, 0xff), undefined],
    ['another sensor', event(0x07, 0xc2, 0x13, 0xff), undefined],
    ['one that went away', { ...event(0x0f, 0xc2, 0x13, 0xff), isAsserted: false }, undefined],
    ['a threshold', { ...event(0x0f, 0xc2, 0x13, 0xff), eventType: 0x01 }, undefined],
  ])('%s', (_, given, expected) => {
    expect(toEventProgress(given)).toEqual(expected)
  })
})
