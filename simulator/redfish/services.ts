import type { MakeName } from '../makes.ts'
import { managerResetPath } from './actions.ts'
import { collection, link, type Branch, type Resource, type Subject } from './resource.ts'

/** What a make's BMC offers beside its sensors, as recorded machines and manuals have it. Nothing of it can be done here. */
interface Services {
  /** Slots, whose they are, and how an image gets in: InsertMedia, VmmControl (Huawei's and H3C's), a PATCH, or nothing until AMI's EnableRMedia. */
  media?: { of: 'system' | 'manager'; ids: readonly string[]; way: 'standard' | 'vmmControl' | 'patch' | 'enable'; types?: readonly string[]; protocols?: readonly string[] }
  events?: { isEnabled: boolean; stream?: string }
  update: { simple?: readonly string[]; isPushed?: boolean; isMultipart?: boolean }
  biosAttributes?: Readonly<Record<string, string>>
  /** Supermicro's FanMode. */
  fanModes?: readonly string[]
}

const disc = ['CD', 'DVD']
const bios = { BootMode: 'Uefi', ProcVirtualization: 'Enabled', LogicalProc: 'Enabled' }

const services: Record<MakeName, Services> = {
  supermicro: {
    media: { of: 'manager', ids: ['VirtualMedia1'], way: 'standard', types: disc },
    events: { isEnabled: true },
    update: { simple: ['HTTP'], isMultipart: true },
    biosAttributes: bios,
    fanModes: ['Standard', 'FullSpeed', 'Optimal', 'HeavyIO'],
  },
  inspur: { media: { of: 'manager', ids: ['CD'], way: 'standard', types: disc, protocols: ['NFS'] }, events: { isEnabled: true }, update: { simple: ['TFTP', 'HTTP'] } },
  h3c: { media: { of: 'manager', ids: ['CD'], way: 'vmmControl', types: disc }, events: { isEnabled: true }, update: { simple: ['TFTP', 'NFS', 'CIFS'] }, biosAttributes: bios },
  nettrix: { media: { of: 'manager', ids: [], way: 'enable' }, events: { isEnabled: true }, update: { simple: ['HTTP', 'FTP'] } },
  xfusion: { media: { of: 'manager', ids: ['CD'], way: 'vmmControl', types: disc }, events: { isEnabled: true }, update: { simple: ['HTTPS', 'SFTP', 'NFS', 'CIFS'] }, biosAttributes: bios },
  dell: {
    media: { of: 'system', ids: ['1', '2'], way: 'standard', types: ['CD', 'DVD', 'USBStick'] },
    events: { isEnabled: false, stream: '/redfish/v1/SSE' },
    update: { simple: ['HTTP', 'NFS', 'CIFS', 'TFTP', 'HTTPS'], isPushed: true, isMultipart: true },
    biosAttributes: bios,
  },
  hpe: {
    media: { of: 'manager', ids: ['2'], way: 'standard', types: disc },
    events: { isEnabled: true },
    update: { simple: ['HTTP', 'HTTPS'], isPushed: true },
    biosAttributes: bios,
  },
  lenovo: {
    media: { of: 'system', ids: ['EXT1', 'EXT2', 'EXT3', 'EXT4'], way: 'patch', types: [...disc, 'USBStick'] },
    events: { isEnabled: true, stream: '/redfish/v1/EventService/ServerSentEvent' },
    update: { simple: ['TFTP', 'SFTP'], isPushed: true, isMultipart: true },
    biosAttributes: bios,
  },
  gigabyte: { media: { of: 'manager', ids: ['CD1'], way: 'standard' }, events: { isEnabled: true }, update: { simple: ['HTTP', 'FTP'] } },
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
  const { media, biosAttributes } = servicesOf(subject)
  const { system } = subject.paths
  return { ...(media?.of === 'system' ? { VirtualMedia: link(`${system}/VirtualMedia`) } : {}), ...(biosAttributes ? { Bios: link(`${system}/Bios`) } : {}) }
}

/** What the manager links of them, and AMI's action that makes slots appear. */
export function managerLinks(subject: Subject): Resource {
  const { media, fanModes } = servicesOf(subject)
  const { manager } = subject.paths
  return {
    ...(media?.of === 'manager' ? { VirtualMedia: link(`${manager}/VirtualMedia`) } : {}),
    Actions: {
      '#Manager.Reset': managerReset(subject),
      ...(media?.way === 'enable' ? { Oem: { '#AMIVirtualMedia.EnableRMedia': { target: `${manager}/Actions/Oem/AMIVirtualMedia.EnableRMedia` } } } : {}),
    },
    ...(fanModes ? { Oem: { Supermicro: { FanMode: link(`${manager}/Oem/Supermicro/FanMode`) } } } : {}),
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
  const { root, system, manager } = subject.paths
  const { media, events, biosAttributes, fanModes } = servicesOf(subject)
  const branch: Branch = new Map()
  if (subject.dialect.resetsIn === 'actionInfo') {
    const info = managerInfoPath(subject)
    branch.set(info, () => ({ ...named(info, 'ResetActionInfo'), Parameters: [{ Name: 'ResetType', AllowableValues: subject.dialect.managerResets }] }))
  }
  if (media) addMedia(branch, media, `${media.of === 'system' ? system : manager}/VirtualMedia`)
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
  const fanMode = `${manager}/Oem/Supermicro/FanMode`
  if (fanModes) branch.set(fanMode, () => ({ ...named(fanMode, 'FanMode'), Mode: 'Optimal', 'Mode@Redfish.AllowableValues': fanModes }))
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

function addMedia(branch: Branch, { ids, way, types = [], protocols }: NonNullable<Services['media']>, base: string): void {
  branch.set(base, () => collection(base, 'VirtualMediaCollection', 'Virtual Media', ids.map((id) => `${base}/${id}`)))
  for (const id of ids) {
    const path = `${base}/${id}`
    const insert = { target: `${path}/Actions/VirtualMedia.InsertMedia`, ...(protocols ? { 'TransferProtocolType@Redfish.AllowableValues': protocols } : {}) }
    const control = { Actions: { '#VirtualMedia.VmmControl': { target: `${path}/Oem/Public/Actions/VirtualMedia.VmmControl` } } }
    branch.set(path, () => ({
      ...named(path, id),
      ...(types.length > 0 ? { MediaTypes: types } : {}),
      Image: null,
      Inserted: false,
      ConnectedVia: 'NotConnected',
      ...(way === 'standard' ? { Actions: { '#VirtualMedia.InsertMedia': insert } } : {}),
      ...(way === 'vmmControl' ? { Oem: { Public: control } } : {}),
    }))
  }
}
