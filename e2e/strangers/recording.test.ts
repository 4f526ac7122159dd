import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Bmc } from '#lib/bmc/bmc.ts'
import { openRedfishBmc } from '#lib/bmc/redfish-bmc.ts'
import { createTreeRecorder } from '#lib/bmc/tree-recorder.ts'
import type { Inventory } from '#lib/domain/inventory.ts'
import type { Recording, RecordingSummary } from '#lib/domain/recording.ts'
import { readRecording, RECORDINGS, startReplay } from './replay-redfish.ts'

/** Real trees, recorded once more through the product, and read from that: the same machine, and nobody's. */
const machines = ['dell-r740', 'lenovo-sr670', 'hpe-dl325-gen10plus']
const areHere = machines.every((machine) => existsSync(join(RECORDINGS, 'redfish', `${machine}.json.gz`)))
if (!areHere) console.warn(`skipped: no recordings at ${RECORDINGS} (set RECORDINGS)`)

async function withBmc<T>(recording: Recording, use: (bmc: Bmc) => Promise<T>): Promise<T> {
  const replay = await startReplay(recording)
  const { host, port, username, password } = replay
  const bmc = await openRedfishBmc({ address: host, ip: host, port, username, password, pin: null })
  try {
    return await use(bmc)
  } finally {
    await bmc.close()
    await replay.close()
  }
}

async function recordAgain(bmc: Bmc): Promise<{ recording: Recording; text: string; summary: RecordingSummary }> {
  const recorder = createTreeRecorder()
  let next = recorder.next()
  for (; 'path' in next; next = recorder.next()) recorder.take(next.path, await bmc.fetch!(next.path).catch(() => null))
  const { file, summary } = await recorder.finish(next.end)
  const text = gunzipSync(file).toString('utf8')
  return { recording: JSON.parse(text) as Recording, text, summary }
}

async function readAll(bmc: Bmc) {
  const { sensors, reasons, watts } = await bmc.readSensors()
  const { parts, bios, ...inventory } = await bmc.readInventory()
  return { identity: (await bmc.readIdentity()).identity, sensors, reasons, watts, parts: parts.map(withoutCertificateSerial), inventory, bios: withoutWords(bios) }
}

/** Registries are not recorded: they describe a firmware and not the machine, in megabytes. So attributes have their own names alone. */
const withoutWords = (bios: Inventory['bios']) => bios && { ...bios, attributes: bios.attributes.map(({ name, value, pending }) => ({ name, value, pending })) }

/** It stands inside the certificate, which is masked as a whole. */
const withoutCertificateSerial = <P extends { kind: string; serial?: string }>(part: P): P => (part.kind === 'certificate' ? { ...part, serial: undefined } : part)

const maskedFields = ['serial', 'mac', 'uuid', 'assetTag', 'sku', 'hostName', 'bmcMac', 'addresses', 'gateways', 'subject', 'issuer'] as const
/** What a masked value may be told apart by: whether it is there at all. A MAC or a serial may stand in a name as well. */
const withoutMasked = (thing: object) => Object.fromEntries(Object.entries(thing).map(([name, value]) => [name, maskedFields.some((one) => one === name) ? value !== undefined : blank(value)]))
const blank = (value: unknown): unknown =>
  typeof value !== 'string' ? value : value.replaceAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/gi, '<mac>').replaceAll(/\b[0-9A-F]{12}\b/g, '<mac>')

describe.skipIf(!areHere)('a recorded tree, recorded again', () => {
  it.each(machines)('%s: what is read is the same, but for what is masked', async (machine) => {
    const original = readRecording(machine)
    const { before, made } = await withBmc(original, async (bmc) => ({ before: await readAll(bmc), made: await recordAgain(bmc) }))
    const after = await withBmc(made.recording, readAll)

    expect(made.summary.end).toBe('whole')
    expect(withoutMasked(after.identity)).toEqual(withoutMasked(before.identity))
    expect(after.sensors).toEqual(before.sensors)
    expect([after.reasons, after.watts, after.inventory]).toEqual([before.reasons, before.watts, before.inventory])
    expect(after.bios?.attributes.map(({ name }) => name)).toEqual(before.bios?.attributes.map(({ name }) => name))
    const others = (after.bios?.attributes ?? []).filter(({ value }, at) => value !== before.bios!.attributes[at]!.value)
    expect(others.filter(({ value }) => !/^(?:SN\d+|host-\d+|02(?::00){3}.*)$/.test(String(value)))).toEqual([])
    expect(after.parts.map(withoutMasked)).toEqual(before.parts.map(withoutMasked))

    const serials = [before.identity, ...before.parts].flatMap(({ serial, ...rest }) => [serial, 'mac' in rest ? rest.mac : undefined]).filter((one) => one !== undefined && one.length > 4)
    expect(serials.length).toBeGreaterThan(3)
    const lower = made.text.toLowerCase()
    expect(serials.filter((serial) => lower.includes(serial!.toLowerCase()))).toEqual([])
  })

  it('one part that is told twice is still one', async () => {
    const { before, after } = await withBmc(readRecording('lenovo-sr670'), async (bmc) => {
      const parts = (await readAll(bmc)).parts
      const { recording } = await recordAgain(bmc)
      return { before: parts, after: await withBmc(recording, async (again) => (await readAll(again)).parts) }
    })
    const same = (parts: typeof before) => parts.map(({ serial }) => (serial === undefined ? -1 : parts.findIndex((other) => other.serial === serial)))
    expect(same(after)).toEqual(same(before))
  })

  it('writes errors down as they were', async () => {
    const original = readRecording('dell-r740')
    const errors = new Map((original.errors ?? []).map(({ path, status }) => [path, status]))
    const { recording, summary } = await withBmc(original, recordAgain)
    expect(summary.errors).toBe(recording.errors!.length)
    expect(summary.errors).toBeGreaterThan(0)
    for (const { path, status, raw } of recording.errors!) {
      expect(status).toBe(errors.get(path) ?? 404)
      expect(raw.length).toBeGreaterThan(0)
    }
  })
})
