import type { Permits } from '../permits.ts'
import type { Handles } from './handles.ts'
import type { Caller, Program } from './rpc.ts'
import { opaque, uint } from './xdr.ts'

const mostPath = 1024
const noSuchFolder = uint(2)
const authNoneAndSys = Buffer.concat([uint(2), uint(0), uint(1)])

/** A link's folder as a mount names it: `/i/<token>`, whatever slashes the firmware adds. */
const folder = /^\/+i\/+([a-z2-7]{26})\/*$/

export const toReader = ({ address, name }: Caller) => ({ address, via: 'nfs' as const, agent: name })

/**
 * mountd, version 3 (RFC 1813 appendix I): a handle for the folder of a link, to its BMC; "no such folder" to everybody else, without a
 * word why. It lists neither exports nor mounts.
 */
export const mountd = (permits: Permits, handles: Handles): Program => ({
  number: 100_005,
  version: 3,
  async call(procedure, args, caller) {
    switch (procedure) {
      case 1: {
        const token = folder.exec(args.string(mostPath))?.[1]
        const permit = token === undefined ? null : await permits.byToken(token, toReader(caller))
        if (permit === null) return noSuchFolder
        permits.request(permit, toReader(caller))
        return Buffer.concat([uint(0), opaque(handles.make({ kind: 'folder', linkId: permit.linkId })), authNoneAndSys])
      }
      case 3:
        args.string(mostPath)
        return Buffer.alloc(0)
      case 4:
        return Buffer.alloc(0)
      // DUMP and EXPORT: empty lists.
      case 2:
      case 5:
        return uint(0)
      default:
        return null
    }
  },
})
