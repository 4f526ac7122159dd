import type { FanBank } from '../fans.ts'
import type { MakeName } from '../makes.ts'
import { refusal, type FanFamily, type FanRule, type Refusal } from './fan-rules.ts'
import { completion } from './served-command.ts'

const { invalidCommand, invalidData, outOfRange } = completion

const giveAll = (bank: FanBank) => bank.give()
/** A duty that is forgotten while the mode is not: the fans go to full. */
const forgetDuty = (bank: FanBank) => {
  if (bank.isHeld()) bank.take(100)
}

/** Two zones over the six fans of the machine. */
const zones: readonly (readonly number[])[] = [[0, 1, 2, 3], [4, 5]]
const zoneFans = (zone: number) => zones[zone]

/** The words of Supermicro's modes, in the order of their numbers. */
export const supermicroModes = ['Standard', 'FullSpeed', 'Optimal', 'PUE2', 'HeavyIO'] as const
const full = 1

const supermicroMode: readonly FanRule[] = [
  ['30 45 00', (bank) => [bank.isHeld() ? full : Math.max(0, supermicroModes.indexOf(bank.word as never))]],
  ['30 45 01 ..', (bank, [mode]) => setSupermicroMode(bank, mode!)],
]

function setSupermicroMode(bank: FanBank, mode: number): void | Refusal {
  const word = supermicroModes[mode]
  if (word === undefined) return refusal(outOfRange)
  if (mode === full) return bank.take(100)
  bank.word = word
  bank.give()
}

/** In every other mode than Full the BMC's own loop overwrites a duty within a moment. */
const inFull = (bank: FanBank, percent: number, fans: readonly number[] | undefined): void | Refusal => {
  if (fans === undefined || percent > 100) return refusal(invalidData)
  if (bank.isHeld()) bank.take(percent, fans)
}

/**
 * How firmware families take their fans. Written from the sources that shared/vendors.md §1 names, apart from the product's profiles: that both say
 * the same bytes is what the tests look at.
 */
export const fanFamilies = {
  /** No way to the fans over IPMI: HPE (vendors.md §1.12), OpenBMC proper (§1.13). */
  none: { rules: [], refusesWith: invalidCommand, afterRestart: giveAll },
  /** petersulyok/smfc, generic.py. */
  'supermicro-x12': {
    rules: [
      ...supermicroMode,
      ['30 70 66 00 ..', (bank, [zone]) => (zoneFans(zone!) === undefined ? refusal(invalidData) : [bank.duty(zoneFans(zone!)![0]!)])],
      ['30 70 66 01 .. ..', (bank, [zone, percent]) => inFull(bank, percent!, zoneFans(zone!))],
    ],
    refusesWith: invalidData,
    afterRestart: forgetDuty,
  },
} satisfies Record<string, FanFamily>

export type FanFamilyName = keyof typeof fanFamilies
export const fanFamilyNames = Object.keys(fanFamilies) as FanFamilyName[]

/** What each make of the rack has where its plan names nothing else. */
export const usualFamilies: Record<MakeName, FanFamilyName> = {
  supermicro: 'supermicro-x12',
  inspur: 'none',
  h3c: 'none',
  nettrix: 'none',
  xfusion: 'none',
  dell: 'none',
  hpe: 'none',
  lenovo: 'none',
  gigabyte: 'none',
  openbmc: 'none',
}

export const familyOf = (name: FanFamilyName): FanFamily => fanFamilies[name]
