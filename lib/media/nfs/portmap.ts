import type { Program } from './rpc.ts'
import { uint } from './xdr.ts'

const [nfsProgram, mountProgram, tcp, udp] = [100_003, 100_005, 6, 17]

/** The portmapper (RFC 1833 §3), of which only what a mount asks: at which port NFS and mountd are. Nobody registers anything here. */
export const portmap = (nfsPort: () => number | null): Program => ({
  number: 100_000,
  version: 2,
  call(procedure, args, { transport }) {
    const port = nfsPort() ?? 0
    if (procedure === 3) {
      const [program, version, protocol] = [args.uint(), args.uint(), args.uint()]
      // A wrong version is answered with the port too, as portmappers do; the program there says which it has.
      const isOurs = (program === nfsProgram || program === mountProgram) && (protocol === tcp || protocol === udp) && version > 0
      return uint(isOurs ? port : 0)
    }
    // The list is longer than the question: over UDP it would be a gift to who forges addresses.
    if (procedure !== 4 || transport === 'udp') return null
    const entries = [nfsProgram, mountProgram].flatMap((program) => [tcp, udp].flatMap((protocol) => [1, program, 3, protocol, port]))
    return Buffer.concat([...(port === 0 ? [] : entries), 0].map(uint))
  },
})
