import * as z from 'zod'
import { anything, number, parseLoose, text } from './loose.ts'

const MAX_PLACE = 64
const entry = z.object({ '@odata.id': text, Oem: anything })
const maker = z.object({ BayNumber: number })

/** The index in the fragment of an id: `…/Power#/PowerSupplies/2`; HPE leaves out the slash after the `#`. */
const POINTER = /#\/?PowerSupplies\/(\d{1,2})$/

/**
 * The number of a supply, from 1, by what it says of its own place: the bay (HPE writes one into its `Oem`), else the index in its id, which
 * is a JSON pointer into the whole list (RFC 6901). `at`, its place in the list as it came (from 1), decides only where neither is told:
 * a list that lacks one would give the others its number, and so the serial of one the name of another.
 */
export function toSupplyPlace(body: unknown, at: number): number {
  const { '@odata.id': id, Oem } = parseLoose(entry, body)
  const makers = typeof Oem === 'object' && Oem !== null ? Object.values(Oem) : []
  const bay = makers.map((one) => parseLoose(maker, one).BayNumber).find(isPlace)
  const index = POINTER.exec(id ?? '')?.[1]
  return bay ?? [Number(index ?? -1) + 1].find(isPlace) ?? at
}

const isPlace = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value > 0 && value <= MAX_PLACE
