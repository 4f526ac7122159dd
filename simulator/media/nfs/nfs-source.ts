import { MediaProblem, type ImageSource, type ReadFrom } from '../source.ts'
import { connectRpc, type RpcConnection } from './rpc.ts'
import { hyper, opaque, string, uint, type XdrReader } from './xdr.ts'

const portmapper = { program: 100000, version: 2, getPort: 3 } as const
const mount = { program: 100005, version: 3, mnt: 1, umnt: 3 } as const
const nfs = { program: 100003, version: 3, getAttr: 1, lookup: 3, read: 6, fsInfo: 19 } as const

const mostHandleBytes = 64
const fattr3Bytes = 84

/** `nfs://host[:port]/dir/x.iso`, `host:/dir/x.iso`, or `host/dir/x.iso`. A port is NFS's own, and then mountd's too. */
export function toNfsPlace(image: string): { host: string; port: number | undefined; folder: string; file: string } {
  const [, host, port, path] = /^(?:nfs:\/\/)?([^/:]+)(?::(\d+))?:?(\/.+)$/.exec(image) ?? []
  const at = path?.lastIndexOf('/') ?? -1
  if (host === undefined || path === undefined || at < 1 || at === path.length - 1) throw new MediaProblem('NFS: not a place of an image')
  return { host, port: port === undefined ? undefined : Number(port), folder: path.slice(0, at), file: path.slice(at + 1) }
}

/**
 * Opens an image over NFSv3 as the kernel of a BMC does: portmapper, mountd, then NFS on one connection (RFC 1813; an own reading of it, that
 * shares nothing with the server's). Pieces are no larger than the server likes.
 */
export async function openNfs(image: string, { localAddress, pattern, portmapperPort }: ReadFrom): Promise<ImageSource> {
  const { host, port, folder, file } = toNfsPlace(image)
  const portOf = async (program: number, version: number) => port ?? (await askPortmapper(host, portmapperPort, localAddress, program, version))
  const root = await mountFolder(host, await portOf(mount.program, mount.version), localAddress, folder)
  const connection = await connectRpc(host, await portOf(nfs.program, nfs.version), localAddress)
  try {
    const call = (procedure: number, parameters: Buffer) => callNfs(connection, procedure, parameters)
    const most = readFsInfo(await call(nfs.fsInfo, opaque(root)))
    const handle = (await call(nfs.lookup, Buffer.concat([opaque(root), string(file)]))).opaque(mostHandleBytes)
    const attributes = await call(nfs.getAttr, opaque(handle))
    const kind = attributes.uint()
    if (kind !== 1) throw new MediaProblem('NFS: the image is no file')
    attributes.skip(4 * 4)
    const bytes = attributes.hyper()
    const pieceBytes = Math.max(512, Math.min(most, pattern.chunkBytes))
    return { bytes, read: (offset, length) => readPieces(call, handle, offset, length, pieceBytes), close: () => connection.close() }
  } catch (error) {
    connection.close()
    throw error
  }
}

async function askPortmapper(host: string, port: number, localAddress: string, program: number, version: number): Promise<number> {
  const connection = await connectRpc(host, port, localAddress)
  try {
    const tcp = 6
    const found = (await connection.call(portmapper.program, portmapper.version, portmapper.getPort, Buffer.concat([uint(program), uint(version), uint(tcp), uint(0)]))).uint()
    if (found === 0 || found > 65_535) throw new MediaProblem(`NFS: the portmapper of ${host} knows no program ${program}`)
    return found
  } finally {
    connection.close()
  }
}

/** The handle of an exported folder (RFC 1813 §5.2.1). */
async function mountFolder(host: string, port: number, localAddress: string, folder: string): Promise<Buffer> {
  const connection = await connectRpc(host, port, localAddress)
  try {
    const reply = await connection.call(mount.program, mount.version, mount.mnt, string(folder))
    const status = reply.uint()
    if (status !== 0) throw new MediaProblem(`NFS: ${host} does not let us mount that folder (${statusWords[status] ?? `status ${status}`})`)
    return reply.opaque(mostHandleBytes)
  } finally {
    connection.close()
  }
}

const statusWords: Record<number, string> = { 1: 'not the owner', 2: 'no such file or directory', 5: 'I/O error', 13: 'permission denied', 20: 'not a directory', 22: 'invalid', 63: 'name too long', 70: 'stale handle', 10001: 'bad handle', 10004: 'not supported' }

/** A procedure's results after its status, which is 0. */
async function callNfs(connection: RpcConnection, procedure: number, parameters: Buffer): Promise<XdrReader> {
  const reply = await connection.call(nfs.program, nfs.version, procedure, parameters)
  const status = reply.uint()
  if (status !== 0) throw new MediaProblem(`NFS: ${statusWords[status] ?? `status ${status}`}`)
  return reply
}

/** post_op_attr: attributes that may follow (§2.6). */
function skipAttributes(reply: XdrReader): void {
  if (reply.uint() === 1) reply.skip(fattr3Bytes)
}

/** The most that one READ gives: rtmax (§3.3.19). */
function readFsInfo(reply: XdrReader): number {
  skipAttributes(reply)
  return reply.uint()
}

async function readPieces(call: (procedure: number, parameters: Buffer) => Promise<XdrReader>, handle: Buffer, offset: number, length: number, pieceBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let done = 0; done < length; ) {
    const wanted = Math.min(pieceBytes, length - done)
    const reply = await call(nfs.read, Buffer.concat([opaque(handle), hyper(offset + done), uint(wanted)]))
    skipAttributes(reply)
    const count = reply.uint()
    const isEnd = reply.uint() === 1
    const data = reply.opaque(wanted)
    if (data.length !== count) throw new MediaProblem('NFS: READ gave another number of bytes than it says')
    if (count === 0 || (isEnd && done + count < length)) throw new MediaProblem('NFS: the image ends earlier than its size says')
    pieces.push(data)
    done += count
  }
  return Buffer.concat(pieces)
}
