import { startBranch } from './boot-progress.ts'
import { chassisBranch } from './chassis.ts'
import { fanBranch } from './fans.ts'
import { hardwareBranch } from './hardware.ts'
import { findLogEntry, logBranch } from './log-service.ts'
import { pcieBranch } from './pcie.ts'
import { link, type Branch, type Resource, type Subject } from './resource.ts'
import { serviceLinks, servicesBranch } from './services.ts'
import { subsystemsBranch } from './subsystems.ts'
import { systemBranch } from './system.ts'
import { legacyBranch } from './thermal.ts'

/** Reads one resource of a BMC by its path (without a trailing slash); `undefined` when there is none. */
export type Tree = (path: string) => Resource | undefined

/** The whole tree of one BMC. Paths are laid out once; what stands at them is made when it is read. */
export function createTree(subject: Subject): Tree {
  const { paths, dialect, sessions } = subject
  const branches: Branch[] = [rootBranch(subject), systemBranch(subject), chassisBranch(subject), hardwareBranch(subject), pcieBranch(subject), servicesBranch(subject), logBranch(subject), subject.media.branch, fanBranch(subject), startBranch(subject)]
  if (dialect.sensors !== 'subsystems') branches.push(legacyBranch(subject))
  if (dialect.sensors !== 'legacy') branches.push(subsystemsBranch(subject))
  const all: Branch = new Map()
  for (const branch of branches) for (const [path, read] of branch) all.set(path, read)
  const entries = `${paths.logService}/Entries/`

  return (path) => {
    const fixed = all.get(path)
    if (fixed) return fixed()
    if (path.startsWith(entries)) return findLogEntry(subject, path.slice(entries.length))
    if (path.startsWith(`${paths.root}/TaskService/`)) return subject.media.tasks.resource(path)
    if (path.startsWith(`${paths.sessions}/`)) return sessions.resource(path.slice(paths.sessions.length + 1))
    return undefined
  }
}

/** As the recorded Dell, HPE, Lenovo and Gigabyte tell it. */
const queries = {
  ExpandQuery: { ExpandAll: false, Levels: true, Links: false, MaxLevels: 1, NoLinks: true },
  OnlyMemberQuery: true,
  SelectQuery: false,
  FilterQuery: false,
}

function rootBranch(subject: Subject): Branch {
  const { machine, dialect, paths, sessions } = subject
  const { root } = paths
  return new Map<string, () => Resource>([
    ['/redfish', () => ({ v1: `${root}/` })],
    [root, () => ({
      '@odata.id': root,
      '@odata.type': '#ServiceRoot.v1_9_0.ServiceRoot',
      Id: 'RootService',
      Name: 'Root Service',
      RedfishVersion: dialect.redfishVersion,
      UUID: machine.identity.uuid,
      Vendor: machine.identity.maker,
      Product: machine.identity.bmcModel,
      Systems: link(`${root}/Systems`),
      Chassis: link(`${root}/Chassis`),
      Managers: link(`${root}/Managers`),
      SessionService: link(paths.sessionService),
      Tasks: link(`${root}/TaskService`),
      UpdateService: link(`${root}/UpdateService`),
      ...serviceLinks(subject),
      Links: { Sessions: link(paths.sessions) },
      ...(dialect.oem !== undefined && { Oem: { [dialect.oem]: {} } }),
      ...(dialect.hasQueries && { ProtocolFeaturesSupported: queries }),
    })],
    [`${root}/TaskService`, () => ({ '@odata.id': `${root}/TaskService`, Id: 'TaskService', Name: 'Task Service', Tasks: link(`${root}/TaskService/Tasks`) })],
    [paths.sessionService, () => sessions.service(paths.sessionService)],
    [paths.sessions, () => sessions.collection()],
  ])
}

/** What may be read before signing in (DSP0266, Resources that allow anonymous reading). */
export const isOpen = (path: string) => path === '/redfish' || path === '/redfish/v1'
