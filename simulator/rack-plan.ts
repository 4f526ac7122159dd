import { personaNames, type PersonaName } from './personas.ts'
import { makeNames, type MakeName } from './makes.ts'
import { fanMachines } from './fan-machines.ts'
import { fanFamilyNames, usualFamilies, type FanFamilyName } from './ipmi/fan-families.ts'
import type { Face } from './machine.ts'
import type { MediaVariant } from './redfish/media-dialects.ts'

/** One node of a rack before it stands: who it is, how it is, and by which protocols it can be reached. */
export interface NodePlan {
  name: string
  make: MakeName
  persona: PersonaName
  /** The protocol that an operator would register it with. */
  protocol: Face
  faces: readonly Face[]
  /** Its console is served over SSH, as its make does. */
  hasSsh?: boolean
  /** How its firmware takes its fans, where that is not what its make does usually. */
  fans?: FanFamilyName
  /** Over Redfish it has the standard's Controls for its fans. */
  hasFanControls?: boolean
  /** Another generation's virtual media than its make's usual one. */
  media?: MediaVariant
}

const both = ['redfish', 'ipmi'] as const
const redfishOnly = ['redfish'] as const
const ipmiOnly = ['ipmi'] as const

/** The rack of the demo: ten nodes by Redfish, six by IPMI, six of the sixteen in some trouble and the clock of n15 wrong; the console of n11 goes over WebSocket, n14's over SSH. */
const roster: readonly Omit<NodePlan, 'name'>[] = [
  { make: 'supermicro', persona: 'healthy', protocol: 'redfish', faces: both },
  { make: 'inspur', persona: 'healthy', protocol: 'ipmi', faces: ipmiOnly },
  { make: 'h3c', persona: 'hot', protocol: 'redfish', faces: both },
  { make: 'nettrix', persona: 'off', protocol: 'ipmi', faces: ipmiOnly },
  { make: 'xfusion', persona: 'psu-lost', protocol: 'redfish', faces: both },
  { make: 'dell', persona: 'healthy', protocol: 'redfish', faces: both },
  { make: 'supermicro', persona: 'wrong-password', protocol: 'ipmi', faces: ipmiOnly },
  { make: 'lenovo', persona: 'healthy', protocol: 'redfish', faces: both },
  { make: 'hpe', persona: 'slow', protocol: 'redfish', faces: redfishOnly },
  { make: 'gigabyte', persona: 'healthy', protocol: 'ipmi', faces: ipmiOnly },
  { make: 'openbmc', persona: 'healthy', protocol: 'redfish', faces: redfishOnly },
  { make: 'inspur', persona: 'healthy', protocol: 'redfish', faces: redfishOnly },
  { make: 'xfusion', persona: 'unreachable', protocol: 'ipmi', faces: ipmiOnly },
  { make: 'dell', persona: 'no-sol', protocol: 'redfish', faces: both, hasSsh: true, media: 'idrac-6' },
  { make: 'nettrix', persona: 'clock-off', protocol: 'redfish', faces: both },
  { make: 'lenovo', persona: 'healthy', protocol: 'ipmi', faces: ipmiOnly },
]

/** The demo's nodes, n1 upwards; beyond sixteen the same mix repeats. */
export function demoRack(count = roster.length): NodePlan[] {
  return Array.from({ length: count }, (_, i) => ({ ...roster[i % roster.length]!, name: `n${i + 1}` }))
}

/** What the second of each make has, the fourth and so on: both generations of virtual media stand in a large rack. */
const laterMedia: Partial<Record<MakeName, MediaVariant>> = { supermicro: 'supermicro-x11', dell: 'idrac-6', lenovo: 'xcc2' }

/** A rack for tests and benchmarks: the personas in turn, the makes in turn, all by the same faces. */
export function uniformRack(count: number, personas: readonly PersonaName[], faces: readonly Face[]): NodePlan[] {
  return Array.from({ length: count }, (_, i) => {
    const make = makeNames[i % makeNames.length]!
    const later = Math.floor(i / makeNames.length) % 2 === 1 ? laterMedia[make] : undefined
    return { name: `n${i + 1}`, make, persona: personas[i % personas.length] ?? 'healthy', protocol: faces[0]!, faces, ...(later && { media: later }) }
  })
}

/** Makes a share of the nodes unreachable, spread evenly and always the same ones. */
export function withDead(plans: readonly NodePlan[], share: number): NodePlan[] {
  return plans.map((plan, i) => (Math.floor((i + 1) * share) > Math.floor(i * share) ? { ...plan, persona: 'unreachable' } : plan))
}

/** One node of each way to take fans, named after it. */
export function everyFanFamily(faces: readonly Face[]): NodePlan[] {
  return fanFamilyNames.map((fans) => ({ name: fans, make: fanMachines[fans]?.make ?? makeNames.find((make) => usualFamilies[make] === fans)!, persona: 'healthy', protocol: faces[0]!, faces, fans }))
}

/** One node of each persona, named after it, for a test that wants to meet them all. */
export function everyPersona(faces: readonly Face[]): NodePlan[] {
  return personaNames.map((persona, i) => ({ name: persona, make: makeNames[i % makeNames.length]!, persona, protocol: faces[0]!, faces }))
}

/** The address of the n-th node (from 0) at the standard ports: 127.0.1.1 upwards, 250 to a /24. */
export function standardAddress(index: number, firstThird = 1): string {
  const third = firstThird + Math.floor(index / 250)
  if (third > 255) throw new RangeError(`127.0.${third}.x: a rack at the standard ports ends at 127.0.255.250`)
  return `127.0.${third}.${(index % 250) + 1}`
}
