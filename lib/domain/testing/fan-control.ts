import type { FanControl } from '../fan.ts'

/** A control with two zones, for tests: verified, by a profile, and held only as long as somebody stands by. */
export const sampleControl: FanControl = {
  via: 'ipmi',
  route: 'profile',
  profile: 'test-two-zones',
  name: 'Test',
  grade: 'B',
  source: 'a test',
  modes: [
    { id: 'standard', name: 'Standard', kind: 'automatic', canSet: true },
    { id: 'full', name: 'Full', kind: 'manual', canSet: true },
  ],
  automatic: 'standard',
  zones: [
    { id: '0', name: 'CPU' },
    { id: '1', name: 'Peripheral' },
  ],
  setsTogether: false,
  switches: [],
  floorPercent: 20,
  settleMs: { mode: 10_000, duty: 2_000 },
  reassertSeconds: 60,
  survivesReset: { mode: true, duty: false },
  guarantee: { kind: 'stays', rescues: null },
  sendings: [{ purpose: 'automatic', sends: ['30 45 01 00'] }],
}
