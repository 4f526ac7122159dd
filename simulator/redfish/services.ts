import type { MakeName } from '../makes.ts'
import { managerResetPath } from './actions.ts'
import { fanProperties } from './fans.ts'
import { collection, link, type Branch, type Resource, type Subject } from './resource.ts'

/** What a make's BMC offers beside its sensors, as recorded machines and manuals have it; its virtual media is in `media.ts`. Nothing of it can be done here. */
interface Services {
  events?: { isEnabled: boolean; stream?: string }
  update: { simple?: readonly string[]; isPushed?: boolean; isMultipart?: boolean }
  biosAttributes?: Readonly<Record<string, string>>
}

const bios = { BootMode: 'Uefi', ProcVirtualization: 'Enabled', LogicalProc: 'Enabled' }

const services: Record<MakeName, Services> = {
  supermicro: {
    events: { isEnabled: true },
    update: { simple: ['HTTP'], isMultipart: true },
    biosAttributes: bios,
  },
  inspur: { events: { isEnabled: true }, update: { simple: ['TFTP', 'HTTP'] } },
  h3c: { events: { isEnabled: true }, update: { simple: ['TFTP', 'NFS', 'CIFS'] }, biosAttributes: bios },
  nettrix: { events: { isEnabled: true }, update: { simple: ['HTTP', 'FTP'] } },
  xfusion: { events: { isEnabled: true }, update: { simple: ['HTTPS', 'SFTP', 'NFS', 'CIFS'] }, biosAttributes: bios },
  dell: {
    events: { isEnabled: false, stream: '/redfish/v1/SSE' },
    update: { simple: ['HTTP', 'NFS', 'CIFS', 'TFTP', 'HTTPS'], isPushed: true, isMultipart: true },
    biosAttributes: bios,
  },
  hpe: {
    events: { isEnabled: true },
    update: { simple: ['HTTP', 'HTTPS'], isPushed: true },
    biosAttributes: bios,
  },
  lenovo: {
    events: { isEnabled: true, stream: '/redfish/v1/EventService/ServerSentEvent' },
    update: { simple: ['TFTP', 'SFTP'], isPushed: true, isMultipart: true },
    biosAttributes: bios,
  },
  gigabyte: { events: { isEnabled: true }, update: { simple: ['HTTP', 'FTP'] } },
  openbmc: { events: { isEnabled: true, stream: '/redfish/v1/EventService/SSE' }, update: { isPushed: true, isMultipart: true } },
}

const servicesOf = ({ machine }: Subject) => services[machine.identity.make]

/** Where the event stream is; undefined where there is none, or it is switched off. */
export function eventStreamOf(subject: Subject): string | undefined {
  const { events } = servicesOf(subject)
  return events?.isEnabled === true ? events.stream : undefined
}

/** What the service root links of them. */
export function serviceLinks(subject: Subject): Resource {
  return servicesOf(subject).events === undefined ? {} : { EventService: link(`${subject.paths.root}/EventService`) }
}

/** What the system links of them. */
export function systemLinks(subject: Subject): Resource {
  const { biosAttributes } = servicesOf(subject)
  const { system } = subject.paths
  return { ...subject.media.systemLinks, ...(biosAttributes ? { Bios: link(`${system}/Bios`) } : {}) }
}

/** What the manager links of them. */
export function managerLinks(subject: Subject): Resource {
  return {
    ...subject.media.managerLinks,
    Actions: {
      '#Manager.Reset': managerReset(subject),
      ...subject.media.managerActions,
    },
    ...fanProperties(subject, 'manager'),
  }
}

const managerInfoPath = ({ paths }: Subject) => `${paths.manager}/ResetActionInfo`

function managerReset(subject: Subject): Resource {
  const { managerResets, resetsIn } = subject.dialect
  const target = managerResetPath(subject)
  if (managerResets.length === 0) return { target }
  return resetsIn === 'action' ? { target, 'ResetType@Redfish.AllowableValues': managerResets } : { target, '@Redfish.ActionInfo': managerInfoPath(subject) }
}

/** What the update service offers beside its inventory. */
export function updateWays(subject: Subject): Resource {
  const { simple, isPushed, isMultipart } = servicesOf(subject).update
  const service = `${subject.paths.root}/UpdateService`
  const action = { target: `${service}/Actions/UpdateService.SimpleUpdate`, 'TransferProtocol@Redfish.AllowableValues': simple }
  return {
    ...(simple ? { Actions: { '#UpdateService.SimpleUpdate': action } } : {}),
    ...(isPushed ? { HttpPushUri: `${service}/update` } : {}),
    ...(isMultipart ? { MultipartHttpPushUri: `${service}/update-multipart` } : {}),
  }
}

export function servicesBranch(subject: Subject): Branch {
  const { root, system } = subject.paths
  const { events, biosAttributes } = servicesOf(subject)
  const branch: Branch = new Map()
  if (subject.dialect.resetsIn === 'actionInfo') {
    const info = managerInfoPath(subject)
    branch.set(info, () => ({ ...named(info, 'ResetActionInfo'), Parameters: [{ Name: 'ResetType', AllowableValues: subject.dialect.managerResets }] }))
  }
  if (events) {
    const subscriptions = `${root}/EventService/Subscriptions`
    branch.set(`${root}/EventService`, () => eventService(`${root}/EventService`, events))
    branch.set(subscriptions, () => collection(subscriptions, 'EventDestinationCollection', 'Event Subscriptions', []))
  }
  if (biosAttributes) {
    const settings = { SettingsObject: link(`${system}/Bios/Settings`) }
    branch.set(`${system}/Bios`, () => ({ ...named(`${system}/Bios`, 'Bios'), Attributes: biosAttributes, '@Redfish.Settings': settings }))
    branch.set(`${system}/Bios/Settings`, () => ({ ...named(`${system}/Bios/Settings`, 'Settings'), Attributes: {} }))
  }
  return branch
}

const named = (path: string, id: string) => ({ '@odata.id': path, Id: id, Name: id })

function eventService(path: string, { isEnabled, stream }: NonNullable<Services['events']>): Resource {
  return {
    ...named(path, 'EventService'),
    ServiceEnabled: isEnabled,
    EventTypesForSubscription: ['StatusChange', 'ResourceUpdated', 'Alert'],
    Subscriptions: link(`${path}/Subscriptions`),
    ...(stream ? { ServerSentEventUri: stream } : {}),
  }
}
