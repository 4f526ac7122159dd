import * as z from 'zod/mini'
import { linkProtocol } from './image-link.ts'

/** A port at which the depot serves images to BMCs. */
export const depotDoor = z.object({ protocol: linkProtocol, port: z.int() })
export type DepotDoor = z.infer<typeof depotDoor>

/**
 * What stands between BMCs and the images. Of a port: it is taken (`port-in-use`), this user may not open it (`port-refused`), or else
 * (`port-failed`, with the system's word); NFS without the portmapper on port 111, where BMCs ask for it (`portmapper-…`). Of the address:
 * none is set, it is of this machine alone (`loopback`), no card of the depot's machine has it (`not-ours`: right behind NAT or in a container),
 * nothing answers there (`unreachable`), or something that is not the depot (`another-server`).
 */
export const depotFindingCode = z.enum(['port-in-use', 'port-refused', 'port-failed', 'portmapper-in-use', 'portmapper-refused', 'portmapper-off', 'unset', 'loopback', 'not-ours', 'unreachable', 'another-server'])
export type DepotFindingCode = z.infer<typeof depotFindingCode>

export const depotFinding = z.object({ code: depotFindingCode, protocol: z.nullable(linkProtocol), port: z.nullable(z.int()), text: z.nullable(z.string()) })
export type DepotFinding = z.infer<typeof depotFinding>

/** With these no BMC reads by that door, or by any; the others are to be known. */
const grave = new Set<DepotFindingCode>(['port-in-use', 'port-refused', 'port-failed', 'unset', 'unreachable', 'another-server'])
export const isGrave = ({ code }: DepotFinding): boolean => grave.has(code)
