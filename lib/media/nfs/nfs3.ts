import type { FileFacts } from '../http/answer.ts'
import type { ImageFile, ImageFiles } from '../image-files.ts'
import type { Permit, Permits } from '../permits.ts'
import type { Handles, Place } from './handles.ts'
import { toReader } from './mount.ts'
import type { Caller, Program } from './rpc.ts'
import { hyper, opaque, string, uint, type XdrReader } from './xdr.ts'

/** NFS version 3 (RFC 1813), read only: one folder for each link, with one file in it. */

const status = { ok: uint(0), noEntry: uint(2), io: uint(5), notFolder: uint(20), isFolder: uint(21), invalid: uint(22), readOnly: uint(30), stale: uint(70), badCookie: uint(10_003) }
const none = uint(0)
const some = uint(1)
/** wcc_data with nothing in it. */
const noChange = Buffer.concat([none, none])

const [mostHandle, mostName] = [64, 255]
/** What one READ gives: Linux asks for what FSINFO says; a datagram has room for less than 64 KiB. */
const mostRead = { tcp: 131_072, udp: 32_768 } as const
const [accessRead, accessLookup, accessExecute] = [0x01, 0x02, 0x20]
const fsid = 0x4261_7365n

/** What a caller may see: the place that its handle proves, whose link is open to its address. */
type Seen = { place: Place; permit: Permit; file: ImageFile }

const idOf = (linkId: string, kind: Place['kind']) => ((BigInt(`0x${linkId.replaceAll('-', '').slice(0, 15)}`) << 1n) | (kind === 'file' ? 1n : 0n)) + 2n

/** fattr3 (RFC 1813 §2.6). */
function attributes({ kind, linkId }: Place, { size, modifiedAt }: FileFacts): Buffer {
  const isFile = kind === 'file'
  const bytes = BigInt(isFile ? size : 4096)
  const time = Buffer.concat([uint(modifiedAt % 2 ** 32), none])
  return Buffer.concat([uint(isFile ? 1 : 2), uint(isFile ? 0o444 : 0o555), uint(isFile ? 1 : 2), none, none, hyper(bytes), hyper(bytes), none, none, hyper(fsid), hyper(idOf(linkId, kind)), time, time, time])
}

const postOf = ({ place, file }: Seen) => Buffer.concat([some, attributes(place, file.facts)])
const fileOf = ({ place, ...rest }: Seen): Seen => ({ ...rest, place: { ...place, kind: 'file' } })

/** Procedures that change something: refused as read-only, each with the empty results that it has. */
const refusals: Record<number, Buffer> = {
  2: noChange,
  7: noChange,
  8: noChange,
  9: noChange,
  10: noChange,
  11: noChange,
  12: noChange,
  13: noChange,
  14: Buffer.concat([noChange, noChange]),
  15: Buffer.concat([none, noChange]),
  21: noChange,
}

/** What a procedure gives when its handle opens nothing: a stale handle, and as many empty attributes as it has. */
const withoutAttributes = new Set([1])

export function nfs3({ permits, handles, files }: { permits: Permits; handles: Handles; files: ImageFiles }): Program {
  async function see(handle: Buffer, caller: Caller): Promise<Seen | null> {
    const place = handles.open(handle)
    if (place === null) return null
    const permit = await permits.byId(place.linkId, toReader(caller))
    const file = permit === null ? null : await files.find(permit.imageId)
    return permit === null || file === null ? null : { place, permit, file }
  }

  function lookUp(seen: Seen, name: string): Buffer {
    if (seen.place.kind !== 'folder') return Buffer.concat([status.notFolder, postOf(seen)])
    const found = name === seen.permit.name ? fileOf(seen) : name === '.' || name === '..' ? seen : null
    if (found === null) return Buffer.concat([status.noEntry, postOf(seen)])
    return Buffer.concat([status.ok, opaque(handles.make(found.place)), postOf(found), postOf(seen)])
  }

  async function read(seen: Seen, args: XdrReader, caller: Caller): Promise<Buffer> {
    const [offset, asked] = [args.hyper(), args.uint()]
    if (seen.place.kind !== 'file') return Buffer.concat([status.isFolder, postOf(seen)])
    const { size } = seen.file.facts
    const start = offset > BigInt(size) ? size : Number(offset)
    const length = Math.min(asked, mostRead[caller.transport], size - start)
    const data = Buffer.allocUnsafe(length)
    if (length > 0 && (await seen.file.read(data, length, start)) !== length) throw new Error(`image ${seen.permit.imageId}: its file is shorter than it was`)
    permits.request(seen.permit, toReader(caller))
    permits.read(seen.permit, start, start + length)
    return Buffer.concat([status.ok, postOf(seen), uint(length), start + length >= size ? some : none, opaque(data)])
  }

  /** READDIR and READDIRPLUS: `.`, `..` and the file, from the cookie on; a reader's own limits are far above three entries. */
  function list(seen: Seen, args: XdrReader, plus: boolean): Buffer {
    const cookie = args.hyper()
    args.fixed(8)
    args.uint()
    if (plus) args.uint()
    if (seen.place.kind !== 'folder') return Buffer.concat([status.notFolder, postOf(seen)])
    if (cookie > 3n) return Buffer.concat([status.badCookie, postOf(seen)])
    const all: readonly [name: string, Seen][] = [['.', seen], ['..', seen], [seen.permit.name, fileOf(seen)]]
    const entries = all.slice(Number(cookie)).flatMap(([name, one], i) => [
      some,
      hyper(idOf(one.place.linkId, one.place.kind)),
      string(name),
      hyper(cookie + BigInt(i) + 1n),
      ...(plus ? [postOf(one), some, opaque(handles.make(one.place))] : []),
    ])
    return Buffer.concat([status.ok, postOf(seen), hyper(0n), ...entries, none, some])
  }

  function describe(procedure: number, seen: Seen, caller: Caller): Buffer {
    const size = BigInt(seen.file.facts.size)
    const most = mostRead[caller.transport]
    switch (procedure) {
      // FSSTAT: all of it is used.
      case 18:
        return Buffer.concat([status.ok, postOf(seen), hyper(size), hyper(0n), hyper(0n), hyper(2n), hyper(0n), hyper(0n), none])
      // FSINFO: sizes of READ, WRITE (libnfs mounts nothing that writes less than 8 KiB, whether it writes or not) and READDIR, the largest file, and that all files are alike (FSF3_HOMOGENEOUS).
      case 19:
        return Buffer.concat([status.ok, postOf(seen), uint(most), uint(most), uint(4096), uint(most), uint(most), uint(4096), uint(4096), hyper(2n ** 63n - 1n), uint(1), none, uint(0x08)])
      // PATHCONF: no links, names of 255 bytes, none shortened, nobody changes owners, letters are told apart and kept.
      default:
        return Buffer.concat([status.ok, postOf(seen), uint(1), uint(mostName), some, some, none, some])
    }
  }

  return {
    number: 100_003,
    version: 3,
    async call(procedure, args, caller) {
      if (procedure > 21) return null
      const handle = args.opaque(mostHandle)
      const seen = await see(handle, caller)
      if (seen === null) return Buffer.concat([status.stale, refusals[procedure] ?? (withoutAttributes.has(procedure) ? Buffer.alloc(0) : none)])
      const refusal = refusals[procedure]
      if (refusal !== undefined) return Buffer.concat([status.readOnly, refusal])
      switch (procedure) {
        case 1:
          return Buffer.concat([status.ok, attributes(seen.place, seen.file.facts)])
        case 3:
          return lookUp(seen, args.string(mostName))
        case 4: {
          const may = accessRead | accessExecute | (seen.place.kind === 'folder' ? accessLookup : 0)
          return Buffer.concat([status.ok, postOf(seen), uint((args.uint() & may) >>> 0)])
        }
        case 5:
          return Buffer.concat([status.invalid, postOf(seen)])
        case 6:
          return read(seen, args, caller)
        case 16:
        case 17:
          return list(seen, args, procedure === 17)
        default:
          return describe(procedure, seen, caller)
      }
    },
  }
}
