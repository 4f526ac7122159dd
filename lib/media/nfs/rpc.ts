import { Garbage, uint, XdrReader } from './xdr.ts'

/** ONC RPC version 2 (RFC 5531): calls, their answers, and how they are cut out of a TCP stream. */

/** Who calls: the address it comes from, and what it says its name is (AUTH_SYS); that name proves nothing. */
export type Caller = { address: string; name: string | null; transport: 'tcp' | 'udp' }

/** A procedure's results, or null when there is no such procedure. */
export type Procedure = (procedure: number, args: XdrReader, caller: Caller) => Promise<Buffer | null> | Buffer | null

export type Program = { number: number; version: number; call: Procedure }

type Call = { xid: number; rpcVersion: number; program: number; version: number; procedure: number; name: string | null; args: XdrReader }

const [callType, replyType] = [0, 1]
const [authSys, authMost, nameMost] = [1, 400, 255]
const acceptStates = { success: 0, programUnavailable: 1, programMismatch: 2, procedureUnavailable: 3, garbage: 4, fault: 5 } as const

/** The machine's name in AUTH_SYS credentials (RFC 5531 appendix A). */
function toName(flavor: number, body: Buffer): string | null {
  if (flavor !== authSys) return null
  try {
    const reader = new XdrReader(body)
    reader.uint()
    return reader.string(nameMost)
  } catch {
    return null
  }
}

/** Reads a call; null for what is none, which is not answered at all: an answer to an answer would go round for ever. */
export function parseCall(bytes: Buffer): Call | null {
  try {
    const reader = new XdrReader(bytes)
    const [xid, type, rpcVersion] = [reader.uint(), reader.uint(), reader.uint()]
    if (type !== callType) return null
    const [program, version, procedure] = [reader.uint(), reader.uint(), reader.uint()]
    const name = toName(reader.uint(), reader.opaque(authMost))
    reader.uint()
    reader.opaque(authMost)
    return { xid, rpcVersion, program, version, procedure, name, args: reader }
  } catch (error) {
    if (error instanceof Garbage) return null
    throw error
  }
}

const words = (...values: number[]) => Buffer.concat(values.map(uint))
const accepted = (xid: number, state: number, ...rest: number[]) => words(xid, replyType, 0, 0, 0, state, ...rest)

/** Answers a call by the programs that are here. `complain` is told of faults of ours. */
export async function answerCall(bytes: Buffer, programs: readonly Program[], caller: Omit<Caller, 'name'>, complain: (text: string) => void): Promise<Buffer | null> {
  const call = parseCall(bytes)
  if (call === null) return null
  const { xid } = call
  // RPC_MISMATCH: denied, with the versions that there are.
  if (call.rpcVersion !== 2) return words(xid, replyType, 1, 0, 2, 2)
  const named = programs.filter(({ number }) => number === call.program)
  if (named.length === 0) return accepted(xid, acceptStates.programUnavailable)
  const program = named.find(({ version }) => version === call.version)
  if (program === undefined) return accepted(xid, acceptStates.programMismatch, named[0]!.version, named.at(-1)!.version)
  // Procedure 0 of every program does nothing, and says so.
  if (call.procedure === 0) return accepted(xid, acceptStates.success)
  try {
    const results = await program.call(call.procedure, call.args, { ...caller, name: call.name })
    if (results === null) return accepted(xid, acceptStates.procedureUnavailable)
    return Buffer.concat([accepted(xid, acceptStates.success), results])
  } catch (error) {
    if (error instanceof Garbage) return accepted(xid, acceptStates.garbage)
    complain(`NFS: ${error instanceof Error ? error.message : String(error)}`)
    return accepted(xid, acceptStates.fault)
  }
}

const lastFragment = 0x8000_0000
/** The calls of a reader are short; a WRITE, which is refused, carries what it would have written. */
export const mostRecordBytes = 132_000
const mostFragments = 16

/** Puts records together from a stream's pieces (RFC 5531 §11). Throws Garbage when there is no use in reading on. */
export function recordReader() {
  let rest: Buffer = Buffer.alloc(0)
  let fragments: Buffer[] = []
  let size = 0
  return {
    /** The records that are whole with this piece. */
    push(chunk: Buffer): Buffer[] {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const records: Buffer[] = []
      while (rest.length >= 4) {
        const mark = rest.readUInt32BE()
        const length = mark >= lastFragment ? mark - lastFragment : mark
        if (size + length > mostRecordBytes || fragments.length >= mostFragments) throw new Garbage('a record is too long')
        if (rest.length < 4 + length) break
        fragments.push(rest.subarray(4, 4 + length))
        size += length
        rest = rest.subarray(4 + length)
        if (mark < lastFragment) continue
        records.push(fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments))
        fragments = []
        size = 0
      }
      return records
    },
  }
}

/** A record of one fragment. */
export const toRecord = (bytes: Buffer): Buffer[] => [uint(lastFragment + bytes.length), bytes]
