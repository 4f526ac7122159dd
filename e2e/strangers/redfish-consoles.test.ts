import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toRedfishRoutes } from '#lib/bmc/console-routes.ts'
import { createModel } from '#lib/redfish/model.ts'
import { readAbilities } from '#lib/redfish/read-abilities.ts'
import { openRedfish } from '#lib/redfish/session.ts'
import { readRecording, RECORDINGS, startReplay } from './replay-redfish.ts'

/** Read from the raw trees by eye: ComputerSystem.SerialConsole, ManagerNetworkProtocol.SSH, the manager. */
const direct = { port: 2200 }
const idrac = { port: 22, entry: 'console com2' }
const ilo = { port: 22, entry: 'vsp' }
const routes: Record<string, { ssh: { port: number; entry?: string } | null; websocket: boolean }> = {
  'dell-c6320': { ssh: idrac, websocket: false },
  'dell-fc630': { ssh: idrac, websocket: false },
  'dell-r720': { ssh: idrac, websocket: false },
  'dell-r740': { ssh: idrac, websocket: false },
  'dell-r750': { ssh: idrac, websocket: false },
  'dell-xr8620t': { ssh: idrac, websocket: false },
  'gigabyte-h262-z63': { ssh: null, websocket: false },
  'hpe-dl325-gen10plus': { ssh: ilo, websocket: false },
  'hpe-dl360-gen10': { ssh: ilo, websocket: false },
  'hpe-dl380a-gen11': { ssh: ilo, websocket: false },
  'hpe-xl675d-gen10plus-a40': { ssh: ilo, websocket: false },
  'hpecray-cmm': { ssh: null, websocket: false },
  'hpecray-ex235a': { ssh: null, websocket: false },
  'hpecray-slingshot-switch': { ssh: null, websocket: false },
  'intel-s2600bpb': { ssh: null, websocket: false },
  'lenovo-sr670': { ssh: null, websocket: false },
  'nvidia-bluefield-dpu': { ssh: direct, websocket: true },
  'nvidia-gh200': { ssh: direct, websocket: true },
  'openbmc-qemu-stock': { ssh: direct, websocket: true },
  'supermicro-x10sdv': { ssh: null, websocket: false },
}

const folder = join(RECORDINGS, 'redfish')

describe.skipIf(!existsSync(folder))('the ways to the console that recorded machines tell of', () => {
  it.each(Object.entries(routes))('%s', async (machine, { ssh, websocket }) => {
    const replay = await startReplay(readRecording(machine))
    try {
      const session = await openRedfish({ ...replay, expectedFingerprint: replay.fingerprint })
      const { consoles } = await readAbilities(createModel(session))
      await session.close()
      const [first, second] = toRedfishRoutes(consoles!)
      expect(second?.can).toBe(websocket)
      if (ssh === null) expect(first).toMatchObject({ can: false, reason: expect.any(String) })
      else {
        expect(first).toMatchObject({ can: true, ...ssh })
        expect(first?.entry).toBe(ssh.entry)
      }
    } finally {
      await replay.close()
    }
  })
})
