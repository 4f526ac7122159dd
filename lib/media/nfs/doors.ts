import type { Socket as UdpSocket } from 'node:dgram'
import type { DepotFinding } from '#lib/domain/depot.ts'
import { createDoor, finding, toFinding, type Door, type ListenCodes } from '../door.ts'
import type { ImageFiles } from '../image-files.ts'
import type { Permits } from '../permits.ts'
import type { Handles } from './handles.ts'
import { mountd } from './mount.ts'
import { nfs3 } from './nfs3.ts'
import { portmap } from './portmap.ts'
import { createRpcServer, createRpcSocket } from './rpc-server.ts'
import type { Program } from './rpc.ts'

export type RpcDoorOptions = {
  permits: Permits
  files: ImageFiles
  handles: () => Handles
  complain: (text: string) => void
  host: string
  nfsPort: number | null
  portmapPort: number | null
}

export type RpcDoors = {
  /** The door of NFS, where there is to be one. */
  doors: Door[]
  /** The portmapper's port is no door to images, but without it most firmware does not find NFS. */
  tryPortmapper: () => Promise<DepotFinding | null>
  closePortmapper: () => void
}

const portmapCodes: ListenCodes = { EADDRINUSE: 'portmapper-in-use', EACCES: 'portmapper-refused' }

const bind = (socket: UdpSocket, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => {
      socket.off('error', reject)
      socket.on('error', () => {})
      resolve()
    })
  })

/** A port of RPC programs, TCP and UDP alike: opened together or not at all. */
function rpcDoor(programs: () => readonly Program[], port: number, host: string, complain: (text: string) => void, codes?: ListenCodes): Door {
  const tcp = createDoor('nfs', port, host, () => createRpcServer(programs(), complain))
  let udp: UdpSocket | null = null
  const close = () => {
    udp?.close()
    udp = null
    tcp.close()
  }
  return {
    ...tcp,
    close,
    async tryOpen() {
      if (udp !== null) return null
      const refused = await tcp.tryOpen()
      if (refused !== null) return codes !== undefined && refused.code !== 'port-failed' ? { ...refused, code: refused.code === 'port-in-use' ? codes.EADDRINUSE : codes.EACCES } : refused
      const socket = createRpcSocket(programs(), complain)
      try {
        await bind(socket, tcp.open()!, host)
        udp = socket
        return null
      } catch (error) {
        socket.close()
        tcp.close()
        return toFinding(error as NodeJS.ErrnoException, 'nfs', port, codes)
      }
    },
  }
}

/**
 * NFS and mountd share one port, where the portmapper is too, for a client that is told of that port alone; BMCs ask the portmapper at 111,
 * where only root may listen. `nfsPort: null` leaves all of it out.
 */
export function rpcDoors({ permits, files, handles, complain, host, nfsPort, portmapPort }: RpcDoorOptions): RpcDoors {
  if (nfsPort === null) return { doors: [], tryPortmapper: async () => null, closePortmapper: () => {} }
  const opened = handles()
  const mapper = portmap(() => door.open())
  const door: Door = rpcDoor(() => [nfs3({ permits, files, handles: opened }), mountd(permits, opened), mapper], nfsPort, host, complain)
  if (portmapPort === null) return { doors: [door], tryPortmapper: async () => finding('portmapper-off', { protocol: 'nfs', port: 111 }), closePortmapper: () => {} }
  const mapperDoor = rpcDoor(() => [mapper], portmapPort, host, complain, portmapCodes)
  return { doors: [door], tryPortmapper: () => mapperDoor.tryOpen(), closePortmapper: () => mapperDoor.close() }
}
