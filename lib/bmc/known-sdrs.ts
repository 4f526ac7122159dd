import { getDeviceId, getSystemGuid } from '#lib/ipmi/commands/app.ts'
import { optional } from '#lib/ipmi/errors.ts'
import { splitSdrs } from '#lib/ipmi/sdr/record.ts'
import { readSdrRepository, type Sender, type SdrRepository } from '#lib/ipmi/sdr/repository.ts'
import { shareSdrs } from '#lib/ipmi/sdr/shared.ts'

/** SDRs, and which BMC with which firmware they were read of. */
export type KnownSdrs = { readonly device: string; readonly sdr: SdrRepository }

/** The same as it is kept: the records one behind the other. */
export type KeptSdrs = { device: string; recordCount: number; lastAddition: number; lastErase: number; records: Buffer }

/** Where the SDRs of one node outlive the process. Neither rejects: one that cannot be reached knows nothing and keeps nothing. */
export type SdrStore = {
  load: () => Promise<KeptSdrs | undefined>
  save: (sdrs: KeptSdrs) => Promise<void>
}

/**
 * The SDRs of the BMC that this session is with: the known ones where it is the same BMC with the same firmware, and where its repository
 * says by its times and count that nothing has changed; else they are read, which takes hundreds of requests.
 */
export async function readKnownSdrs(session: Sender, known: KnownSdrs | undefined, store: SdrStore | undefined): Promise<KnownSdrs> {
  const device = await readDevice(session)
  const cached = known?.device === device ? known : toKnown(await store?.load(), device)
  const sdr = await readSdrRepository(session, cached === undefined ? {} : { cached: cached.sdr })
  if (sdr === cached?.sdr) return cached
  const read = { device, sdr }
  // One whose chain broke off is read again next time, and one without times cannot be known to be unchanged.
  if (sdr.info !== undefined && sdr.problem === undefined) await store?.save({ device, ...sdr.info, records: Buffer.concat(sdr.raw) })
  return read
}

function toKnown(kept: KeptSdrs | undefined, device: string): KnownSdrs | undefined {
  if (kept?.device !== device) return undefined
  const { recordCount, lastAddition, lastErase, records } = kept
  return { device, sdr: { raw: shareSdrs(splitSdrs(records)), info: { recordCount, lastAddition, lastErase } } }
}

/** Maker, product and firmware, and the GUID where there is one: another machine behind the same address is another device, and so is another firmware. */
async function readDevice(session: Sender): Promise<string> {
  const id = await optional(session.send(getDeviceId, undefined))
  const system = await optional(session.send(getSystemGuid, undefined))
  const auxiliary = id?.auxiliaryFirmwareRevision?.toString('hex') ?? ''
  return [id?.manufacturerId, id?.productId, id?.deviceRevision, id?.firmwareRevision, auxiliary, system?.guid.toString('hex')].join(' ')
}
