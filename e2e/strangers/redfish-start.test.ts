import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openRedfishBmc } from '#lib/bmc/redfish-bmc.ts'
import { readRecording, RECORDINGS, startReplay } from './replay-redfish.ts'

/** How far the start of a recorded machine has come, by its power reading and by the POST code that its firmware wrote last. */
const tells: Record<string, { progress?: string; postCode?: string }> = {
  'dell-r750': {},
  'dell-xr8620t': { progress: 'redfish osRunning' },
  'gigabyte-h262-z63': {},
  'hpe-dl325-gen10plus': { progress: 'maker handedOver' },
  'hpe-dl380a-gen11': { progress: 'redfish osRunning' },
  'lenovo-sr670': { progress: 'maker undetected' },
  'nvidia-gh200': { progress: 'redfish osRunning', postCode: '0x01000000010001c140' },
  'openbmc-qemu-stock': { progress: 'redfish notStarted' },
  'supermicro-x10sdv': { postCode: 'b4' },
}

describe.skipIf(!existsSync(RECORDINGS))(`recorded machines${existsSync(RECORDINGS) ? '' : ' (skipped: the recordings are not here)'}`, () => {
  it.each(Object.entries(tells))('%s', async (machine, expected) => {
    const recording = readRecording(machine)
    const replay = await startReplay(recording, {
      // A recording has no answer to a query that was not asked then; a bmcweb pages its codes by it.
      intercept(_, response, path) {
        const [entries, query] = path.split('?')
        if (!entries!.endsWith('/PostCodes/Entries') || query !== '$skip=0&$top=100') return false
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(recording.resources[entries!]))
        return true
      },
    })
    try {
      const { host: address, port, username, password } = replay
      const bmc = await openRedfishBmc({ address, ip: address, port, username, password, pin: null })
      const { progress } = await bmc.readPower()
      const postCode = await bmc.readPostCode!()
      await bmc.close()
      expect({ ...(progress && { progress: `${progress.source} ${progress.stage}` }), ...(postCode !== undefined && { postCode }) }).toEqual(expected)
    } finally {
      await replay.close()
    }
  })
})
