import type { MediaProtocol } from '../media/drives.ts'
import type { ReadPattern } from '../media/source.ts'
import type { MakeName } from '../makes.ts'

/** How one make's remote media is asked for, as recordings, manuals and bug reports have it (`vendors.md` §2); and how it reads. */
export interface MediaDialect {
  /** Whose slots they are, and the newer place beside the older (iDRAC 6 lists both, and only the system's boots). */
  of: 'system' | 'manager'
  slots: readonly { id: string; types?: readonly string[]; /** Listed, and takes no image from elsewhere. */ isOther?: boolean }[]
  way: 'standard' | 'vmmControl' | 'patch' | 'isoConfig'
  /** No slot is listed until EnableRMedia and ConfigureCDInstance (AMI). */
  isOffAtFirst?: boolean
  takes: readonly MediaProtocol[]
  /** The protocols stand in the action. */
  statesProtocols?: boolean
  /** Parameters without which InsertMedia is refused, one at a time. */
  needs?: readonly ('TransferProtocolType' | 'TransferMethod')[]
  /** Refuses these where they are given (Supermicro X11 and X12). */
  refuses?: readonly string[]
  /** How NFS images must be written. */
  nfsForm?: 'url' | 'bare' | 'colon'
  /** A mount becomes a task, with these words on its way; without, it is done when it is answered. */
  task?: { words: readonly string[]; done: string; failed: string }
  /** An eject without a body is refused (iLO). */
  needsBody?: boolean
  /** Tells of the old image so long after an eject, and answers an insert with 500 meanwhile (iDRAC). */
  lagMs?: number
  /** Lets go of an image when the session that has mounted it ends (XCC). */
  goesWithSession?: boolean
  /** Must be empty before a Connect, and every so manieth Connect fails for no reason (iBMC). */
  failsEach?: number
  /** The image is told as `//host/dir/x.iso/x.iso` (AMI). */
  rewritesImage?: boolean
  reads: ReadPattern
}

const disc = { types: ['CD', 'DVD'] }
const plainReads: ReadPattern = { agent: 'bmc-rmedia/1.0', opens: 'head', chunkBytes: 128 * 1024, connections: 2, keepsAlive: true }
const amiTask = { words: ['New', 'Running'], done: 'Completed', failed: 'Exception' }
const rewriting = { rewritesImage: true, task: amiTask }

/** Sizes of pieces are ours; who asks HEAD, who keeps connections and how many, is the makes'. */
export const mediaDialects: Record<MakeName, MediaDialect> = {
  supermicro: {
    of: 'manager', slots: [{ id: 'VirtualMedia1', ...disc }], way: 'standard', takes: ['http', 'https'], refuses: ['Inserted', 'WriteProtected'],
    reads: { ...plainReads, agent: 'curl/7.50.1', opens: 'both', connections: 1 },
  },
  inspur: {
    of: 'manager', slots: [{ id: 'CD', ...disc }], way: 'standard', takes: ['nfs'], statesProtocols: true, needs: ['TransferProtocolType'], nfsForm: 'bare', reads: { ...plainReads, chunkBytes: 64 * 1024, connections: 1 },
  },
  h3c: {
    of: 'manager', slots: [{ id: 'CD', ...disc }], way: 'vmmControl', takes: ['nfs', 'cifs'], task: { words: ['Verifying', 'Mounting', 'Waiting For Effect'], done: 'Completed', failed: 'Failed' }, reads: { ...plainReads, connections: 1 },
  },
  nettrix: { of: 'manager', slots: [{ id: 'CD1' }], way: 'standard', isOffAtFirst: true, takes: ['nfs', 'http', 'cifs'], needs: ['TransferProtocolType'], ...rewriting, reads: plainReads },
  xfusion: {
    of: 'manager', slots: [{ id: 'CD', ...disc }, { id: 'USBStick', types: ['USBStick'], isOther: true }], way: 'vmmControl', takes: ['https', 'nfs', 'cifs'], failsEach: 4,
    task: { words: ['New', 'Running'], done: 'Completed', failed: 'Exception' }, reads: { ...plainReads, chunkBytes: 32 * 1024, connections: 1 },
  },
  dell: {
    of: 'manager', slots: [{ id: 'RemovableDisk', types: ['USBStick'] }, { id: 'CD', ...disc }], way: 'standard', takes: ['http', 'https', 'nfs', 'cifs'], nfsForm: 'colon', lagMs: 1_500,
    reads: { ...plainReads, agent: 'httpfs2.c 0.1.5', chunkBytes: 64 * 1024 },
  },
  hpe: { of: 'manager', slots: [{ id: '1', types: ['Floppy', 'USBStick'] }, { id: '2', ...disc }], way: 'standard', takes: ['http', 'https'], needsBody: true, reads: { ...plainReads, agent: 'iLO', opens: 'probe', connections: 1 } },
  lenovo: {
    of: 'manager', slots: [{ id: 'RDOC1', types: ['CD', 'DVD', 'Floppy', 'USBStick'], isOther: true }, ...[1, 2, 3, 4].map((n) => ({ id: `EXT${n}`, types: ['CD', 'DVD', 'Floppy', 'USBStick'] }))],
    way: 'patch', takes: ['http', 'nfs'], nfsForm: 'colon', goesWithSession: true, reads: { ...plainReads, keepsAlive: false, connections: 1 },
  },
  gigabyte: { of: 'manager', slots: [{ id: 'CD1' }], way: 'standard', takes: ['nfs', 'http', 'cifs'], needs: ['TransferProtocolType'], ...rewriting, reads: plainReads },
  openbmc: {
    of: 'manager', slots: [{ id: 'Slot_0', isOther: true }, { id: 'Slot_1' }], way: 'standard', takes: ['https', 'cifs'], needs: ['TransferMethod'], reads: { ...plainReads, agent: 'nbdkit-curl-plugin', opens: 'head' },
  },
}

/** Other generations of the same makes, whose remote media is asked for in another way. */
export const mediaVariants = {
  /** X10 and X11 before they had InsertMedia. */
  'supermicro-x11': { ...mediaDialects.supermicro, of: 'manager', slots: [{ id: 'CD1', ...disc }], way: 'isoConfig', takes: ['http', 'cifs'] },
  /** From iDRAC 6.00.00 on the slots are the system's. */
  'idrac-6': { ...mediaDialects.dell, of: 'system', slots: [{ id: '1', types: ['CD', 'DVD', 'USBStick'] }, { id: '2', types: ['CD', 'DVD', 'USBStick'] }] },
  xcc2: { ...mediaDialects.lenovo, of: 'system', takes: ['http', 'https', 'nfs', 'cifs'], nfsForm: 'url' },
} satisfies Record<string, MediaDialect>

export type MediaVariant = keyof typeof mediaVariants

export const mediaDialectOf = (make: MakeName, variant: MediaVariant | undefined): MediaDialect => (variant === undefined ? mediaDialects[make] : mediaVariants[variant])
