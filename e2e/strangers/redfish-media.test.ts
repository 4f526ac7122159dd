import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openRedfishBmc } from '#lib/bmc/redfish-bmc.ts'
import type { MediaState } from '#lib/domain/media.ts'
import { readRecording, RECORDINGS, startReplay, type ReplayOptions } from './replay-redfish.ts'

/**
 * Recorded machines tell of their virtual drives, and take an image as far as their trees say how. The replayer knows nothing of media: what
 * is written is checked here, and the slot overlaid with it.
 */

const url = 'http://10.0.0.1:8080/i/abcdefghijklmnopqrstuvwx23/debian.iso'

async function withReplay(machine: string, intercept: ReplayOptions['intercept'], look: (bmc: Bmc) => Promise<void>): Promise<void> {
  const replay = await startReplay(readRecording(machine), { ...(intercept && { intercept }) })
  const { host: address, port, username, password } = replay
  try {
    const bmc = await openRedfishBmc({ address, ip: address, port, username, password, pin: null })
    await look(bmc).finally(() => bmc.close())
  } finally {
    await replay.close()
  }
}

const toLines = ({ slots }: MediaState) => slots.map(({ id, via, protocols, protocolsFrom, inserted }) => `${id} ${via} ${protocols.join(',')} (${protocolsFrom}) ${inserted}`)

describe.skipIf(!existsSync(RECORDINGS))('recorded machines', () => {
  it.each<[string, string[], RegExp?]>([
    ['dell-r720', ['CD patch http,https,nfs,cifs (make) false', 'RemovableDisk patch http,https,nfs,cifs (make) false']],
    ['dell-r750', ['1 insert http,https,nfs,cifs (make) false', '2 insert http,https,nfs,cifs (make) false', 'CD insert http,https,nfs,cifs (make) false', 'RemovableDisk insert http,https,nfs,cifs (make) false']],
    ['gigabyte-h262-z63', ['CD1 insert nfs,http,cifs (make) false']],
    ['hpe-dl325-gen10plus', ['2 insert http,https (make) false', '1 insert http,https (make) false']],
    ['hpe-dl380a-gen11', ['2 insert http,https (make) false', '1 insert http,https (make) false']],
    ['nvidia-gh200', ['USB2 insert https,cifs (make) false', 'USB1 insert https,cifs (make) false']],
    ['intel-s2600bpb', [], /no virtual media/],
    ['openbmc-qemu-stock', [], /no virtual media/],
    ['hpecray-ex235a', [], /no virtual media/],
  ])('%s', async (machine, slots, note) => {
    await withReplay(machine, undefined, async (bmc) => {
      const state = await bmc.readMedia!()
      expect(toLines(state)).toEqual(slots)
      if (note !== undefined) expect(state.note).toMatch(note)
    })
  })

  it('lenovo-sr670 mounts from its EXT slots alone, four of ten', async () => {
    await withReplay('lenovo-sr670', undefined, async (bmc) => {
      const { slots } = await bmc.readMedia!()
      expect(slots).toHaveLength(10)
      expect(slots.filter(({ via }) => via === 'patch').map(({ id }) => id)).toEqual(['EXT1', 'EXT2', 'EXT3', 'EXT4'])
      expect(slots[0]).toMatchObject({ id: 'EXT1', protocols: ['http', 'nfs'], protocolsFrom: 'make' })
    })
  })

  it.each([
    ['dell-r750', 'POST /redfish/v1/Systems/System.Embedded.1/VirtualMedia/1/Actions/VirtualMedia.InsertMedia', { Image: url }],
    ['hpe-dl380a-gen11', 'POST /redfish/v1/Managers/1/VirtualMedia/2/Actions/VirtualMedia.InsertMedia', { Image: url }],
    ['gigabyte-h262-z63', 'POST /redfish/v1/Managers/Self/VirtualMedia/CD1/Actions/VirtualMedia.InsertMedia', { Image: url, TransferProtocolType: 'HTTP' }],
    ['lenovo-sr670', 'PATCH /redfish/v1/Managers/1/VirtualMedia/EXT1', { Image: url, Inserted: true, WriteProtected: true }],
  ])('%s is sent one mount', async (machine, request, body) => {
    const sent: [string, unknown][] = []
    const slotPath = request.replace(/^\w+ /, '').replace(/\/Actions\/.*/, '')
    const recorded = readRecording(machine).resources[slotPath] as Record<string, unknown>
    await withReplay(
      machine,
      ({ method = '' }, response, path, text) => {
        const isChange = (method === 'POST' && path.includes('/VirtualMedia/')) || method === 'PATCH'
        if (isChange) {
          sent.push([`${method} ${path}`, JSON.parse(text)])
          response.writeHead(204).end()
          return true
        }
        if (sent.length === 0 || path !== slotPath) return false
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ ...recorded, Inserted: true, Image: url }))
        return true
      },
      async (bmc) => {
        expect(await bmc.insertMedia!({ url, protocol: 'http' })).toMatchObject({ kind: 'accepted' })
        expect(sent).toEqual([[request, body]])
      },
    )
  })
})
