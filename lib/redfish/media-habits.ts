import type { RedfishModel } from './model.ts'

/** How an image's place is written. `url`: `nfs://host/dir/x.iso`; `bare`: the same without the scheme; `colon`: `host:/dir/x.iso`; `unc`: `//host/dir/x.iso`. */
export type Spelling = 'url' | 'bare' | 'colon' | 'unc'
export type MediaScheme = 'http' | 'https' | 'nfs' | 'cifs'

/**
 * What is known of a family of BMCs beyond what it says itself: by what it fetches, the best first, and how it wants the image spelled. Data,
 * with its source; a family that is not here is asked in the standard's way.
 */
export type MediaHabit = {
  name: string
  /** Of what the BMC says of itself: makers, products and the names of extensions, in lower case. */
  fits: RegExp
  /** Only for slots of this owner. */
  owner?: 'system' | 'manager'
  protocols: readonly MediaScheme[]
  spellings?: Partial<Record<MediaScheme, readonly Spelling[]>>
  /** TransferProtocolType belongs into the first form already. */
  namesProtocol?: boolean
  /** Sent with the first form, as long as it is not refused. */
  extra?: Readonly<Record<string, unknown>>
  /** With the session that has mounted an image goes the image: it is mounted with the password (confluent aiohmi/redfish/oem/lenovo). */
  goesWithSession?: boolean
  /** Slots that are listed and take no image from elsewhere: uploads and remote consoles. */
  notFetching?: RegExp
}

/** In order: the first that fits. */
const habits: readonly MediaHabit[] = [
  // bmcweb redfish-core/lib/virtual_media.hpp: https and smb alone; what is not write protected is written to.
  { name: 'OpenBMC', fits: /\bopenbmc\b/, protocols: ['https', 'cifs'], extra: { WriteProtected: true } },
  // 3th1nk/mammoth inspur.md (Redfish manual 1.1): NFS alone, the protocol named, the image without a scheme.
  { name: 'Inspur', fits: /\b(?:inspur|ieit)\b/, protocols: ['nfs'], namesProtocol: true, spellings: { nfs: ['bare', 'url', 'colon'] } },
  { name: 'H3C', fits: /\bh3c\b/, protocols: ['nfs', 'cifs'] },
  // Huawei's manuals have HTTPS too; iBMC 6.41 of a 2288H V5 refuses HTTP and takes NFS (mammoth huawei.md, on the machine).
  { name: 'Huawei', fits: /\bhuawei\b/, protocols: ['nfs', 'cifs', 'https'] },
  { name: 'xFusion', fits: /\b(?:xfusion|openubmc)\b/, protocols: ['nfs', 'https', 'cifs'] },
  // lenovo/python-redfish-lenovo mount_virtual_media.py: SR635 and SR655 are MegaRAC.
  { name: 'Lenovo on MegaRAC', fits: /\blenovo\b.*\bami\b|\bami\b.*\blenovo\b/, protocols: ['nfs', 'cifs'], namesProtocol: true },
  // pubs.lenovo.com/xcc-restapi and xcc2-restapi; RDOC holds uploads, Remote what a console brings.
  { name: 'Lenovo XCC', fits: /\blenovo\b/, owner: 'manager', protocols: ['http', 'nfs'], spellings: { nfs: ['colon', 'url'] }, goesWithSession: true, notFetching: /^(?:RDOC|Remote)\d/ },
  { name: 'Lenovo XCC2', fits: /\blenovo\b/, owner: 'system', protocols: ['http', 'https', 'nfs', 'cifs'], spellings: { nfs: ['url', 'colon'], cifs: ['url', 'unc'] }, goesWithSession: true, notFetching: /^(?:RDOC|Remote)\d/ },
  // dell/iDRAC-Redfish-Scripting InsertEjectVirtualMediaREDFISH.py.
  { name: 'iDRAC', fits: /\b(?:dell|idrac)\b/, protocols: ['http', 'https', 'nfs', 'cifs'], spellings: { nfs: ['colon', 'url'], cifs: ['unc', 'url'] } },
  { name: 'iLO', fits: /\b(?:hpe?|ilo)\b/, protocols: ['http', 'https'] },
  { name: 'Supermicro', fits: /\bsupermicro\b/, protocols: ['http', 'https', 'cifs'] },
  // Remote media was made for shares; HTTP came later and in some firmware at port 80 only.
  { name: 'MegaRAC', fits: /\b(?:ami|megarac)\b/, protocols: ['nfs', 'http', 'cifs'], namesProtocol: true },
]

const standard: MediaHabit = { name: 'unknown', fits: /^/, protocols: ['http', 'https', 'nfs', 'cifs'] }

/** What a BMC says of itself, as the words that habits are found by: makers, products and the names of its extensions, in lower case. */
export function toMakeWords({ session }: Pick<RedfishModel, 'session'>, bodies: readonly unknown[]): string {
  const { vendor, product, oemVendors } = session.root
  const own = bodies.flatMap((body) => {
    const { Manufacturer, Model, Oem } = (body ?? {}) as Record<string, unknown>
    return [Manufacturer, Model, ...Object.keys(typeof Oem === 'object' && Oem !== null ? Oem : {})]
  })
  const words = [vendor, product, ...oemVendors, ...own].filter((word) => typeof word === 'string')
  return words.join(' ').slice(0, 2_000).toLowerCase()
}

export const findHabit = (words: string, owner: 'system' | 'manager'): MediaHabit =>
  habits.find((one) => one.fits.test(words) && (one.owner === undefined || one.owner === owner)) ?? standard

/** By what a slot fetches, the best first, and who says so. */
export function toProtocols(told: readonly string[], habit: MediaHabit): { protocols: MediaScheme[]; from: 'told' | 'make' | 'guess' } {
  const named = told.flatMap((word) => schemes[word.toUpperCase()] ?? [])
  if (named.length > 0) return { protocols: [...new Set([...habit.protocols.filter((one) => named.includes(one)), ...standard.protocols.filter((one) => named.includes(one))])], from: 'told' }
  return { protocols: [...habit.protocols], from: habit === standard ? 'guess' : 'make' }
}

/** TransferProtocolType (DSP0268) of what we may serve or name. */
const schemes: Record<string, MediaScheme> = { HTTP: 'http', HTTPS: 'https', NFS: 'nfs', CIFS: 'cifs', SMB: 'cifs' }

/** The spellings of an image's place that this family may want, the likeliest first. */
export function toSpellings(habit: MediaHabit, url: string, protocol: MediaScheme): string[] {
  const [, host = '', path = ''] = /^[a-z]+:\/\/([^/]+)(\/.*)$/i.exec(url) ?? []
  if (host === '') return [url]
  const written: Record<Spelling, string> = { url, bare: `${host}${path}`, colon: `${host}:${path}`, unc: `//${host}${path}` }
  const usual: readonly Spelling[] = protocol === 'nfs' ? ['url', 'colon'] : protocol === 'cifs' ? ['url', 'unc'] : ['url']
  return (habit.spellings?.[protocol] ?? usual).map((one) => written[one])
}
