import type { AtPowerChange } from './ipmi/sol.ts'
import { fraction } from './noise.ts'

/** The makes our users have; each has its own Redfish dialect (`redfish/dialects.ts`) and IPMI numbers. */
export type MakeName =
  | 'supermicro'
  | 'inspur'
  | 'h3c'
  | 'nettrix'
  | 'xfusion'
  | 'dell'
  | 'hpe'
  | 'lenovo'
  | 'gigabyte'
  | 'openbmc'

export interface Make {
  maker: string
  model: string
  /** As the FRU's board area has it, where that is not the model's. */
  boardModel?: string
  bmcModel: string
  /** Major, minor, as IPMI tells it: minor is two BCD digits. */
  firmware: readonly [major: number, minor: number]
  /** As Redfish and web pages write it. */
  firmwareText: string
  biosVersion: string
  /** IANA enterprise number and the maker's own product number (IPMI 2.0 §20.1). */
  manufacturerId: number
  productId: number
  cpu: Cpu
  serialPrefix: string
}

export interface Cpu {
  maker: string
  model: string
  cores: number
  threads: number
  maxMhz: number
}

export interface Dimm {
  slot: string
  sizeMiB: number
  maker: string
  partNumber: string
  serial: string
}

/** What a machine says it is, whatever the protocol. */
export interface Identity extends Omit<Make, 'serialPrefix'> {
  make: MakeName
  hostName: string
  serial: string
  boardSerial: string
  partNumber: string
  assetTag: string
  uuid: string
  mac: string
  cpus: readonly Cpu[]
  dimms: readonly Dimm[]
}

const xeon: Cpu = { maker: 'Intel(R) Corporation', model: 'Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz', cores: 32, threads: 64, maxMhz: 3200 }
const xeonNew: Cpu = { maker: 'Intel(R) Corporation', model: 'Intel(R) Xeon(R) Platinum 8480+', cores: 56, threads: 112, maxMhz: 3800 }
const epyc: Cpu = { maker: 'Advanced Micro Devices, Inc.', model: 'AMD EPYC 7763 64-Core Processor', cores: 64, threads: 128, maxMhz: 3500 }
const hygon: Cpu = { maker: 'Hygon', model: 'Hygon C86 7285 32-core Processor', cores: 32, threads: 64, maxMhz: 2600 }

const makes: Record<MakeName, Make> = {
  supermicro: {
    maker: 'Supermicro', model: 'SYS-220U-TNR', boardModel: 'X12DPU-6', bmcModel: 'AST2600', firmware: [1, 3], firmwareText: '01.03.19',
    biosVersion: '1.4b', manufacturerId: 10876, productId: 6963, cpu: xeon, serialPrefix: 'S4',
  },
  inspur: {
    maker: 'Inspur', model: 'NF5280M6', bmcModel: 'AST2500', firmware: [4, 26], firmwareText: '4.26.07',
    biosVersion: '05.02.01', manufacturerId: 37945, productId: 514, cpu: xeon, serialPrefix: '22',
  },
  h3c: {
    maker: 'H3C', model: 'R4900 G5', bmcModel: 'HDM', firmware: [3, 12], firmwareText: '3.12.00',
    biosVersion: '5.51', manufacturerId: 25506, productId: 80, cpu: xeon, serialPrefix: '2102',
  },
  nettrix: {
    maker: 'Nettrix', model: 'R620 G40', bmcModel: 'AST2500', firmware: [2, 10], firmwareText: '2.10.03',
    biosVersion: 'NNH4071', manufacturerId: 27500, productId: 4112, cpu: hygon, serialPrefix: '62',
  },
  xfusion: {
    maker: 'xFusion', model: '2288H V6', bmcModel: 'iBMC', firmware: [3, 9], firmwareText: '3.09.00.30',
    biosVersion: '1.23', manufacturerId: 2011, productId: 773, cpu: xeon, serialPrefix: '2106',
  },
  dell: {
    maker: 'Dell Inc.', model: 'PowerEdge R740', bmcModel: '14G Monolithic', firmware: [5, 10], firmwareText: '5.10.30.00',
    biosVersion: '2.19.1', manufacturerId: 674, productId: 256, cpu: xeon, serialPrefix: '7K',
  },
  hpe: {
    maker: 'HPE', model: 'ProLiant DL360 Gen10', bmcModel: 'iLO 5', firmware: [2, 96], firmwareText: 'iLO 5 v2.96',
    biosVersion: 'U32 v2.90', manufacturerId: 47196, productId: 8224, cpu: xeon, serialPrefix: 'CZ2',
  },
  lenovo: {
    maker: 'Lenovo', model: 'ThinkSystem SR650 V2', bmcModel: 'Lenovo XClarity Controller', firmware: [3, 20], firmwareText: 'AFBT20E 3.20',
    biosVersion: 'AFE118M', manufacturerId: 19046, productId: 1087, cpu: xeonNew, serialPrefix: 'J30',
  },
  gigabyte: {
    maker: 'GIGABYTE', model: 'R282-Z93-00', bmcModel: 'AST2500', firmware: [12, 84], firmwareText: '12.84.13',
    biosVersion: 'M11', manufacturerId: 15370, productId: 514, cpu: epyc, serialPrefix: 'GJG',
  },
  openbmc: {
    maker: 'Quanta', model: 'S7M-2U', bmcModel: 'OpenBmc', firmware: [2, 15], firmwareText: '2.15.0-dev',
    biosVersion: '3B06.TEL1', manufacturerId: 49871, productId: 1, cpu: xeonNew, serialPrefix: 'QTF',
  },
}

/** Gigabyte's consoles are lost at every reboot; OpenBMC's go without a word when its network chip restarts with the host. */
export const consoleAtPowerChange = (make: MakeName): AtPowerChange =>
  make === 'gigabyte' ? 'closes' : make === 'openbmc' ? 'vanishes' : 'stays'

export const makeNames = Object.keys(makes) as MakeName[]

/** The identity of one machine of a make: the same seed gives the same serials, so a node is recognised after a restart. `other`: what differs from the usual machine of the make. */
export function identify(make: MakeName, hostName: string, seed: number, other: Partial<Make> = {}): Identity {
  const { serialPrefix, ...facts } = { ...makes[make], ...other }
  const digits = (salt: number, length: number) => String(Math.floor(fraction(seed, salt) * 10 ** length)).padStart(length, '0')
  const hex = (salt: number, length: number) => Math.floor(fraction(seed, salt) * 16 ** length).toString(16).padStart(length, '0')
  return {
    ...facts,
    make,
    hostName,
    serial: `${serialPrefix}${digits(1, 8)}`,
    boardSerial: `BRD${digits(2, 8)}`,
    partNumber: `${serialPrefix}-${digits(3, 5)}`,
    assetTag: `rack1-${hostName}`,
    uuid: `${hex(4, 8)}-${hex(5, 4)}-4${hex(6, 3)}-8${hex(7, 3)}-${hex(8, 6)}${hex(9, 6)}`,
    mac: `02:${[10, 11, 12, 13, 14].map((salt) => hex(salt, 2)).join(':')}`,
    cpus: [facts.cpu, facts.cpu],
    dimms: Array.from({ length: 8 }, (_, i) => ({
      slot: `DIMM ${'ABCDEFGH'[i]}1`,
      sizeMiB: 32_768,
      maker: 'Samsung',
      partNumber: 'M393A4K40EB3-CWE',
      serial: hex(20 + i, 8).toUpperCase(),
    })),
  }
}
