import { parseFanProfile, type FanProfile } from './fan-profile.ts'
import asrockRack from './fan-profiles/asrock-rack.json' with { type: 'json' }
import asrockRackOlder from './fan-profiles/asrock-rack-older.json' with { type: 'json' }
import asusC422 from './fan-profiles/asus-c422.json' with { type: 'json' }
import asusKmppD32 from './fan-profiles/asus-kmpp-d32.json' with { type: 'json' }
import asusZ11paD8 from './fan-profiles/asus-z11pa-d8.json' with { type: 'json' }
import dellIdrac from './fan-profiles/dell-idrac.json' with { type: 'json' }
import dellIdracClosed from './fan-profiles/dell-idrac-closed.json' with { type: 'json' }
import gigabyteAst2500 from './fan-profiles/gigabyte-ast2500.json' with { type: 'json' }
import h3cHdm from './fan-profiles/h3c-hdm.json' with { type: 'json' }
import hpeIlo from './fan-profiles/hpe-ilo.json' with { type: 'json' }
import huaweiIbmc from './fan-profiles/huawei-ibmc.json' with { type: 'json' }
import ibmSystemX from './fan-profiles/ibm-system-x.json' with { type: 'json' }
import inspurAmi from './fan-profiles/inspur-ami.json' with { type: 'json' }
import inspurOlder from './fan-profiles/inspur-older.json' with { type: 'json' }
import inspurOpenbmc from './fan-profiles/inspur-openbmc.json' with { type: 'json' }
import intelM20ntp from './fan-profiles/intel-m20ntp.json' with { type: 'json' }
import lenovoSr650 from './fan-profiles/lenovo-sr650.json' with { type: 'json' }
import quanta1u from './fan-profiles/quanta-1u.json' with { type: 'json' }
import quanta2u from './fan-profiles/quanta-2u.json' with { type: 'json' }
import sugon from './fan-profiles/sugon.json' with { type: 'json' }
import supermicroX10X13 from './fan-profiles/supermicro-x10-x13.json' with { type: 'json' }
import supermicroX10qbi from './fan-profiles/supermicro-x10qbi.json' with { type: 'json' }
import supermicroX14Aten from './fan-profiles/supermicro-x14-aten.json' with { type: 'json' }
import supermicroX14Openbmc from './fan-profiles/supermicro-x14-openbmc.json' with { type: 'json' }
import supermicroX8 from './fan-profiles/supermicro-x8.json' with { type: 'json' }
import supermicroX9 from './fan-profiles/supermicro-x9.json' with { type: 'json' }
import tyanS8030 from './fan-profiles/tyan-s8030.json' with { type: 'json' }

const shipped: readonly unknown[] = [
  asrockRack,
  asrockRackOlder,
  asusC422,
  asusKmppD32,
  asusZ11paD8,
  dellIdrac,
  dellIdracClosed,
  gigabyteAst2500,
  h3cHdm,
  hpeIlo,
  huaweiIbmc,
  ibmSystemX,
  inspurAmi,
  inspurOlder,
  inspurOpenbmc,
  intelM20ntp,
  lenovoSr650,
  quanta1u,
  quanta2u,
  sugon,
  supermicroX10X13,
  supermicroX10qbi,
  supermicroX14Aten,
  supermicroX14Openbmc,
  supermicroX8,
  supermicroX9,
  tyanS8030,
]

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

/** The profiles that are for this BMC: the site's own, then the better known, and of those the ones that have more to prove. */
export function toCandidates(profiles: readonly FanProfile[], subject: FanSubject): FanProfile[] {
  const fitting = profiles.filter(({ match }) => isFor(match, subject))
  return fitting.toSorted((a, b) => Number(b.isOwn ?? false) - Number(a.isOwn ?? false) || a.grade.localeCompare(b.grade) || provable(b) - provable(a))
}

const provable = ({ readMode, readDuty }: FanProfile) => (readMode === undefined ? 0 : 2) + (readDuty === undefined ? 0 : 1)

function isFor({ manufacturerIds, productIds, products, except, firmware }: FanProfile['match'], subject: FanSubject): boolean {
  if (!manufacturerIds.includes(subject.manufacturerId)) return false
  if (productIds !== undefined && !productIds.includes(subject.productId)) return false
  const isNamed = (starts: readonly string[]) => starts.some((start) => subject.names.some((name) => hasWord(name, start)))
  if (products !== undefined && !isNamed(products)) return false
  if (except !== undefined && isNamed(except)) return false
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
