import { MediaProblem } from '../media/source.ts'
import { toNfsPlace } from '../media/nfs/nfs-source.ts'
import type { Drives, MediaProtocol } from '../media/drives.ts'
import { errorAnswer, notFound, success, valueNotInList, type Answer } from './errors.ts'
import type { MediaDialect } from './media-dialects.ts'
import { collection, link, type Branch, type Paths, type Resource } from './resource.ts'
import { createTasks, type Tasks } from './tasks.ts'

/** The remote media of one BMC over Redfish. */
export interface MediaFace {
  branch: Branch
  /** What its owner links, and AMI's actions of the manager. */
  systemLinks: Resource
  managerLinks: Resource
  managerActions: Resource
  tasks: Tasks
  /** Undefined for a path that is none of its own. `isBare`: there was no body at all. */
  post: (path: string, body: Resource, isBare: boolean) => Promise<Answer> | undefined
  /** `token`: of the session that asks; absent where it asks with the password. */
  patch: (path: string, body: Resource, token: string | undefined) => Promise<Answer> | undefined
  sessionOver: (token: string) => void
}

export interface MediaFaceOptions {
  dialect: MediaDialect
  drives: Drives
  paths: Paths
  now: () => number
  /** The shortest that a mount takes. */
  mountMs: number
}

type Slot = MediaDialect['slots'][number]

export function createMediaFace(options: MediaFaceOptions): MediaFace {
  const { dialect, drives, paths, now } = options
  const owner = dialect.of === 'system' ? paths.system : paths.manager
  const base = dialect.way === 'isoConfig' ? `${owner}/VM1` : `${owner}/VirtualMedia`
  const enable = `${paths.manager}/Actions/Oem/Ami/VirtualMedia.EnableRMedia`
  const configure = `${paths.manager}/Actions/Oem/Ami/VirtualMedia.ConfigureCDInstance`
  const tasks = createTasks(`${paths.root}/TaskService/Tasks`, now)
  let isOn = dialect.isOffAtFirst !== true
  let instances = isOn ? 1 : 0
  let connects = 0
  const mountedBy = new Map<string, string | undefined>()

  const listed = () => (isOn && instances > 0 ? dialect.slots : [])
  const pathOf = ({ id }: Slot) => `${base}/${id}`
  /** iDRAC tells of the old image for a while. */
  const isLagging = ({ id }: Slot) => now() - drives.emptiedMs(id) < (dialect.lagMs ?? 0)
  const branch: Branch = new Map()
  if (dialect.way === 'isoConfig') addIsoConfig()
  else {
    branch.set(base, () => collection(base, 'VirtualMediaCollection', 'Virtual Media Services', listed().map(pathOf)))
    for (const slot of dialect.slots) branch.set(pathOf(slot), () => toResource(slot))
  }

  function toResource(slot: Slot): Resource {
    const image = drives.holds(slot.id)
    const path = pathOf(slot)
    const isHeld = image !== undefined || isLagging(slot)
    return {
      '@odata.id': path,
      '@odata.type': '#VirtualMedia.v1_3_2.VirtualMedia',
      Id: slot.id,
      Name: 'VirtualMedia',
      ...(slot.types ? { MediaTypes: slot.types } : {}),
      Image: toTold(image),
      ImageName: image?.split('/').at(-1) ?? null,
      Inserted: isHeld,
      ConnectedVia: image === undefined ? 'NotConnected' : 'URI',
      WriteProtected: true,
      ...(slot.isOther === true ? {} : toActions(path)),
    }
  }

  const toTold = (image: string | undefined) => {
    if (image === undefined || dialect.rewritesImage !== true) return image ?? null
    return `//${image.replace(/^[a-z]+:\/\//, '')}/${image.split('/').at(-1)}`
  }

  function toActions(path: string): Resource {
    const stated = dialect.statesProtocols === true ? { 'TransferProtocolType@Redfish.AllowableValues': dialect.takes.map((one) => one.toUpperCase()) } : {}
    const actions = { '#VirtualMedia.InsertMedia': { target: `${path}/Actions/VirtualMedia.InsertMedia`, ...stated }, '#VirtualMedia.EjectMedia': { target: `${path}/Actions/VirtualMedia.EjectMedia` } }
    if (dialect.way === 'standard') return { Actions: actions }
    return dialect.way === 'vmmControl' ? { Oem: { Public: { Actions: { '#VirtualMedia.VmmControl': { target: `${path}/Oem/Public/Actions/VirtualMedia.VmmControl` } } } } } : {}
  }

  let isoConfig = { Host: '', Path: '', Username: '', Password: '' }

  /** Supermicro's place of an image, and the drive that appears once it is mounted. */
  function addIsoConfig(): void {
    const config = `${base}/CfgCD`
    const drive = `${base}/CD1`
    branch.set(base, () => ({
      ...collection(base, 'VirtualMediaCollection', 'Virtual Media Collection', drives.holds('CD1') === undefined ? [] : [drive]),
      Oem: { Supermicro: { VirtualMediaConfig: link(config) } },
    }))
    branch.set(config, () => ({
      '@odata.id': config, Id: '1', Name: 'VM1', ...isoConfig, Password: '********',
      Actions: { '#IsoConfig.Mount': { target: `${config}/Actions/IsoConfig.Mount` }, '#IsoConfig.UnMount': { target: `${config}/Actions/IsoConfig.UnMount` } },
    }))
    branch.set(drive, () => {
      const image = drives.holds('CD1')
      return { '@odata.id': drive, Id: 'CD1', Name: 'Virtual Removable Media', MediaTypes: ['CD', 'DVD'], Image: image ?? null, Inserted: image !== undefined, ConnectedVia: image === undefined ? 'NotConnected' : 'URI' }
    })
  }

  /** Brings an image in, in the words of whoever asks; answers when that is done, or with the task that it became. */
  async function insert(slot: Slot, image: string, protocol: MediaProtocol): Promise<Answer> {
    if (drives.fault() === 'refuses') return errorAnswer(400, 'ResourceExhaustion', 'Virtual media could not be inserted: no free USB device of the BMC is left.')
    if (isLagging(slot)) return errorAnswer(500, 'InternalError', 'The request failed due to an internal service error. The service is still operational.')
    if (dialect.task === undefined && drives.fault() !== 'task-fails') {
      const problem = await tryInsert(slot, image, protocol)
      return problem ?? { status: 204 }
    }
    const words = dialect.task ?? { words: ['Running'], done: 'Completed', failed: 'Exception' }
    const isUnlucky = dialect.failsEach !== undefined && connects++ % dialect.failsEach === dialect.failsEach - 1
    const task = tasks.begin(words, options.mountMs)
    if (drives.fault() === 'task-fails' || isUnlucky) {
      task.end(errorAnswer(400, 'ConnectionFailed', 'Failed to connect to the virtual media.'))
    } else {
      void tryInsert(slot, image, protocol).then(task.end)
    }
    return task.answer
  }

  async function tryInsert(slot: Slot, image: string, protocol: MediaProtocol): Promise<Answer | undefined> {
    try {
      await drives.insert(slot.id, image, protocol)
      return undefined
    } catch (error) {
      if (!(error instanceof MediaProblem)) throw error
      return errorAnswer(dialect.way === 'standard' ? 500 : 400, dialect.way === 'vmmControl' ? 'ConnectionFailed' : 'CouldNotEstablishConnection', `Unable to mount the image: ${error.message}`)
    }
  }

  function insertMedia(slot: Slot, body: Resource): Promise<Answer> | Answer {
    const image = typeof body['Image'] === 'string' ? body['Image'] : undefined
    if (image === undefined) return missing('Image')
    const lacking = (dialect.needs ?? []).find((name) => body[name] === undefined)
    if (lacking !== undefined) return missing(lacking)
    const unwanted = (dialect.refuses ?? []).find((name) => body[name] !== undefined)
    if (unwanted !== undefined) return errorAnswer(400, 'ActionParameterUnknown', `The action VirtualMedia.InsertMedia was submitted with the invalid parameter ${unwanted}.`, ['VirtualMedia.InsertMedia', unwanted])
    const protocol = toProtocol(image, body['TransferProtocolType'])
    if (protocol === undefined) return valueNotInList(String(body['TransferProtocolType']), 'TransferProtocolType')
    if (!dialect.takes.includes(protocol)) return valueNotInList(protocol.toUpperCase(), 'TransferProtocolType')
    if (!isWritten(image, protocol)) return errorAnswer(400, 'ActionParameterValueFormatError', `The value ${image} for the parameter Image in the action VirtualMedia.InsertMedia is of a different format than the parameter can accept.`)
    if (drives.holds(slot.id) !== undefined) return errorAnswer(500, 'GeneralError', 'The Virtual Media image server is already connected.')
    if (typeof body['UserName'] === 'string') drives.signIns.push({ user: body['UserName'], password: String(body['Password'] ?? '') })
    return insert(slot, image, protocol)
  }

  function isWritten(image: string, protocol: MediaProtocol): boolean {
    if (protocol !== 'nfs') return true
    const form = image.startsWith('nfs://') ? 'url' : /^[^/]+:\//.test(image) ? 'colon' : 'bare'
    return form === (dialect.nfsForm ?? 'url') && isPlace(image)
  }

  function vmmControl(slot: Slot, body: Resource): Promise<Answer> | Answer {
    const { VmmControlType: type, Image: image } = body
    if (type === 'Disconnect') {
      drives.eject(slot.id)
      return success()
    }
    if (type !== 'Connect' || typeof image !== 'string') return valueNotInList(String(type), 'VmmControlType')
    const protocol = toProtocol(image, undefined)
    if (protocol === undefined || !dialect.takes.includes(protocol)) {
      return ibmcAnswer('FileTransferProtocolMismatch', 'The image URI does not match the file transfer protocol.')
    }
    if (drives.holds(slot.id) !== undefined) return ibmcAnswer('ConnectionOccupied', 'The virtual media connection is occupied.')
    return insert(slot, image, protocol)
  }

  async function patchSlot(slot: Slot, body: Resource): Promise<Answer> {
    const { Image: image } = body
    if (image === null || body['Inserted'] === false) {
      drives.eject(slot.id)
      return { status: 204 }
    }
    if (slot.isOther === true || typeof image !== 'string') return errorAnswer(400, 'PropertyNotWritable', 'The property Image is a read only property and cannot be assigned a value.', ['Image'])
    if (body['Inserted'] !== true) return { status: 204 }
    const protocol = toProtocol(image, body['TransferProtocolType'])
    if (protocol === undefined || !dialect.takes.includes(protocol)) return errorAnswer(400, 'PropertyValueFormatError', `The value ${image} for the property Image names a transfer protocol that is not supported.`)
    if (!isWritten(image, protocol)) return errorAnswer(400, 'PropertyValueFormatError', `The value ${image} for the property Image is of a different format than the property can accept.`)
    return insert(slot, image, protocol)
  }

  async function mountIso(): Promise<Answer> {
    const { Host, Path } = isoConfig
    const protocol = Host.startsWith('http://') ? 'http' : 'cifs'
    const answer = await insert(dialect.slots[0]!, `${Host}${Path}`, protocol)
    // It answers that all is well whatever came of it.
    return drives.fault() === 'refuses' ? answer : success()
  }

  function postOther(path: string, body: Resource): Promise<Answer> | undefined {
    if (path === enable && dialect.isOffAtFirst === true) {
      isOn = body['RMediaState'] === 'Enable'
      return Promise.resolve(success())
    }
    if (path === configure && dialect.isOffAtFirst === true) {
      instances = isOn ? Number(body['CDInstance']) || 0 : 0
      return Promise.resolve(success())
    }
    if (dialect.way !== 'isoConfig') return undefined
    if (path === `${base}/CfgCD/Actions/IsoConfig.Mount`) return mountIso()
    if (path !== `${base}/CfgCD/Actions/IsoConfig.UnMount`) return undefined
    drives.eject('CD1')
    return Promise.resolve(success())
  }

  const links = { VirtualMedia: link(base) }
  const amiActions = { Oem: { Ami: { '#VirtualMedia.EnableRMedia': { target: enable }, '#VirtualMedia.ConfigureCDInstance': { target: configure } } } }
  return {
    branch,
    tasks,
    systemLinks: dialect.of === 'system' ? links : {},
    managerLinks: dialect.of === 'manager' ? links : {},
    managerActions: dialect.isOffAtFirst === true ? amiActions : {},
    post(path, body, isBare) {
      const slot = listed().find((one) => path.startsWith(`${pathOf(one)}/`))
      const action = slot && path.slice(pathOf(slot).length)
      if (slot === undefined || slot.isOther === true) return postOther(path, body)
      if (dialect.way === 'vmmControl') return action === '/Oem/Public/Actions/VirtualMedia.VmmControl' ? Promise.resolve(vmmControl(slot, body)) : undefined
      if (dialect.way !== 'standard') return undefined
      if (action === '/Actions/VirtualMedia.InsertMedia') return Promise.resolve(insertMedia(slot, body))
      if (action !== '/Actions/VirtualMedia.EjectMedia') return undefined
      if (isBare && dialect.needsBody === true) return Promise.resolve(errorAnswer(415, 'UnsupportedMediaType', 'The request has no body of a type that is supported.'))
      if (drives.holds(slot.id) === undefined) return Promise.resolve(errorAnswer(400, 'NoMedia', 'No virtual media image is connected.'))
      drives.eject(slot.id)
      return Promise.resolve({ status: 204 })
    },
    sessionOver(token) {
      for (const [id, owner] of mountedBy) if (owner === token) drives.eject(id)
    },
    patch(path, body, token) {
      if (path === `${base}/CfgCD` && dialect.way === 'isoConfig') {
        isoConfig = { ...isoConfig, ...(body as Partial<typeof isoConfig>) }
        return Promise.resolve(success())
      }
      const slot = listed().find((one) => pathOf(one) === path)
      if (slot === undefined) return undefined
      if (dialect.goesWithSession === true) mountedBy.set(slot.id, token)
      return dialect.way === 'patch' ? patchSlot(slot, body) : Promise.resolve(notFound(path))
    },
  }
}

const missing = (name: string) => errorAnswer(400, 'ActionParameterMissing', `The action VirtualMedia.InsertMedia requires the parameter ${name} to be present in the request body.`, ['VirtualMedia.InsertMedia', name])

function ibmcAnswer(id: string, text: string): Answer {
  const answer = errorAnswer(400, id, text)
  const known = `iBMC.1.0.${id}`
  return { ...answer, body: JSON.parse(JSON.stringify(answer.body).replaceAll(`Base.1.8.${id}`, known)) as Resource }
}

const schemes: Record<string, MediaProtocol> = { 'http:': 'http', 'https:': 'https', 'nfs:': 'nfs', 'cifs:': 'cifs', 'smb:': 'cifs' }

/** By the URL's scheme, or by the name where there is none. */
function toProtocol(image: string, named: unknown): MediaProtocol | undefined {
  const scheme = /^([a-z]+:)\/\//i.exec(image)?.[1]
  if (scheme !== undefined) return schemes[scheme.toLowerCase()]
  if (image.startsWith('//')) return 'cifs'
  if (named === undefined) return isPlace(image) ? 'nfs' : undefined
  return Object.values(schemes).find((one) => one.toUpperCase() === named)
}

function isPlace(image: string): boolean {
  try {
    return toNfsPlace(image).file !== ''
  } catch {
    return false
  }
}
