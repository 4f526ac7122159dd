import { parseFanProfile, type FanProfile } from './fan-profile.ts'
import supermicroX10 from './fan-profiles/supermicro-x10-x13.json' with { type: 'json' }

const shipped: readonly unknown[] = [supermicroX10]

/** The profiles that come with Baseboard, in the order in which they are tried. Throws for one that breaks its own rules. */
export const shippedFanProfiles: readonly FanProfile[] = shipped.map((json) => {
  const parsed = parseFanProfile(json)
  if ('profile' in parsed) return parsed.profile
  throw new Error(`a fan profile of Baseboard itself is wrong: ${parsed.problems.join('; ')}`)
})

/** Who the BMC is, as far as a profile asks. `names`: of product and board, as the FRU has them. */
export type FanSubject = { manufacturerId: number; productId: number; firmware: string; names: readonly string[] }

/** Does it take the names of the product to tell whether a profile is meant? Those cost a FRU. */
export const wantsNames = (profiles: readonly FanProfile[], manufacturerId: number): boolean =>
  profiles.some(({ match }) => match.products !== undefined && match.manufacturerIds.includes(manufacturerId))

/** The profiles that are for this BMC, the better known first. */
export function toCandidates(profiles: readonly FanProfile[], subject: FanSubject): FanProfile[] {
  const fitting = profiles.filter(({ match }) => isFor(match, subject))
  return fitting.toSorted((a, b) => a.grade.localeCompare(b.grade))
}

function isFor({ manufacturerIds, productIds, products, firmware }: FanProfile['match'], subject: FanSubject): boolean {
  if (!manufacturerIds.includes(subject.manufacturerId)) return false
  if (productIds !== undefined && !productIds.includes(subject.productId)) return false
  if (products !== undefined && !products.some((start) => subject.names.some((name) => hasWord(name, start)))) return false
  if (firmware?.from !== undefined && compareVersions(subject.firmware, firmware.from) < 0) return false
  return firmware?.until === undefined || compareVersions(subject.firmware, firmware.until) <= 0
}

/** `X11` fits "X11DPH-T" and "Super Server X11DPH-T", and not "SYS-X11". */
function hasWord(name: string, start: string): boolean {
  const wanted = start.toLowerCase()
  return ` ${name.toLowerCase()}`.includes(` ${wanted}`)
}

/** By number, part by part: 3.4 is older than 3.30. A shorter one stands for all that begin with it. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0)) as [number[], number[]]
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
