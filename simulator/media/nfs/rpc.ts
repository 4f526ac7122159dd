import net from 'node:net'
import { MediaProblem } from '../source.ts'
import { opaque, string, uint, XdrReader } from './xdr.ts'

/** One connection for ONC RPC over TCP (RFC 5531): calls by their xid, answers in any order. */
export interface RpcConnection {
  /** A procedure's results, after the header of an accepted reply. Rejects with a `MediaProblem`. */
  call: (program: number, version: number, procedure: number, parameters: Buffer) => Promise<XdrReader>
  close: () => void
}

const giveUpMs = 10_000
const mostReplyBytes = 4 * 1024 * 1024
const lastFragment = 0x8000_0000

/** AUTH_SYS (RFC 5531 appendix A): root of the BMC, as their kernels mount. */
const credential = Buffer.concat([uint(1), opaque(Buffer.concat([uint(0), string('bmc'), uint(0), uint(0), uint(0)]))])
const noVerifier = Buffer.concat([uint(0), uint(0)])

export function connectRpc(host: string, port: number, localAddress: string): Promise<RpcConnection> {
  const waiting = new Map<number, { resolve: (reply: XdrReader) => void; reject: (error: Error) => void }>()
  const socket = net.connect({ host, port, localAddress })
  let nextXid = 1
  let received = Buffer.alloc(0)
  let fragments: Buffer[] = []

  function fail(text: string): void {
    socket.destroy()
    for (const { reject } of waiting.values()) reject(new MediaProblem(text))
    waiting.clear()
  }

  /** Records in fragments, each after its length (RFC 5531 §11). */
  function takeRecords(): void {
    for (;;) {
      if (received.length < 4) return
      const mark = received.readUInt32BE()
      const length = mark % lastFragment
      if (length > mostReplyBytes) return fail('NFS: a reply larger than any')
      if (received.length < 4 + length) return
      fragments.push(received.subarray(4, 4 + length))
      received = received.subarray(4 + length)
      if (mark < lastFragment) continue
      take(Buffer.concat(fragments))
      fragments = []
    }
  }

  function take(record: Buffer): void {
    const reply = new XdrReader(record)
    const xid = reply.uint()
    const call = waiting.get(xid)
    waiting.delete(xid)
    try {
      readHeader(reply)
      call?.resolve(reply)
    } catch (error) {
      call?.reject(error as Error)
    }
  }

  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    takeRecords()
  })
  socket.on('close', () => fail(`NFS: ${host}:${port} closed the connection`))

  const connection: RpcConnection = {
    call(program, version, procedure, parameters) {
      const xid = nextXid++
      // CALL, RPC version 2.
      const message = Buffer.concat([uint(xid), uint(0), uint(2), uint(program), uint(version), uint(procedure), credential, noVerifier, parameters])
      return new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new MediaProblem(`NFS: ${host}:${port} closed the connection`))
        const timer = setTimeout(() => fail(`NFS: ${host}:${port} does not answer`), giveUpMs)
        const done = <T>(settle: (value: T) => void) => (value: T) => (clearTimeout(timer), settle(value))
        waiting.set(xid, { resolve: done(resolve), reject: done(reject) })
        socket.write(Buffer.concat([uint(lastFragment + message.length), message]))
      })
    },
    close: () => socket.destroy(),
  }
  return new Promise((resolve, reject) => {
    socket.setTimeout(giveUpMs, () => socket.connecting && socket.destroy(new Error('no answer')))
    socket.once('connect', () => resolve(connection))
    socket.on('error', (error) => reject(new MediaProblem(`NFS: ${host}:${port}: ${error.message}`)))
  })
}

/** REPLY, accepted, with success; the verifier is skipped. */
function readHeader(reply: XdrReader): void {
  if (reply.uint() !== 1) throw new MediaProblem('NFS: not a reply')
  if (reply.uint() !== 0) throw new MediaProblem('NFS: the call was denied')
  reply.uint()
  reply.opaque(400)
  const accepted = reply.uint()
  if (accepted !== 0) throw new MediaProblem(`NFS: the call failed (${['', 'no such program', 'no such version', 'no such procedure', 'garbled'][accepted] ?? accepted})`)
}
