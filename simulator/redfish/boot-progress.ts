import { link, type Branch, type Resource, type Subject } from './resource.ts'

/** How far a host is: a short self-test, then the system. */
type Start = 'off' | 'memory' | 'system' | 'running'

function toStart({ machine }: Subject): Start {
  if (machine.power() !== 'on') return 'off'
  const sinceMs = machine.now() - machine.lastResetMs()
  if (sinceMs < 4_000) return 'memory'
  return sinceMs < 12_000 ? 'system' : 'running'
}

/** The standard's (ComputerSystem v1.13), by the newer firmwares that keep the time of the last reset too. */
const lastState: Record<Start, string> = { off: 'None', memory: 'MemoryInitializationStarted', system: 'OSBootStarted', running: 'OSRunning' }
/** As recorded machines write them: HPE's Oem.Hpe.PostState, Lenovo's Oem.Lenovo.SystemStatus, what Supermicro snoops of POST codes. */
const postState: Record<Start, string> = { off: 'PowerOff', memory: 'InPost', system: 'InPostDiscoveryComplete', running: 'FinishedPost' }
const systemStatus: Record<Start, string> = { off: 'SystemPowerOff_StateUnknown', memory: 'SystemOn_StartingUEFI', system: 'BootingOSOrInUndetectedOS', running: 'OSBooted' }
const postCode: Record<Start, string> = { off: '00', memory: '32', system: 'b4', running: 'aa' }

/** What the ComputerSystem says of its start. */
export function startProperties(subject: Subject): Resource {
  const { make } = subject.machine.identity
  const start = toStart(subject)
  if (subject.dialect.hasLastResetTime) return { BootProgress: { LastState: lastState[start] } }
  if (make === 'hpe') return { Oem: { Hpe: { PostState: postState[start] } } }
  return make === 'lenovo' ? { Oem: { Lenovo: { SystemStatus: systemStatus[start] } } } : {}
}

const snoopingPath = ({ paths }: Subject) => `${paths.manager}/Snooping`

/** In the manager of a Supermicro, below its `Oem`. */
export const snoopingLink = (subject: Subject): Resource => (subject.machine.identity.make === 'supermicro' ? { Snooping: link(snoopingPath(subject)) } : {})

export function startBranch(subject: Subject): Branch {
  if (subject.machine.identity.make !== 'supermicro') return new Map()
  const path = snoopingPath(subject)
  return new Map([[path, () => ({ '@odata.id': path, '@odata.type': '#Snooping.v1_0_0.Snooping', Id: 'Snooping', Name: 'Snooping', PostCode: postCode[toStart(subject)] })]])
}
