import type { FanFamilyName } from './ipmi/fan-families.ts'
import type { Make, MakeName } from './makes.ts'

/** A machine of each fan family that the usual makes do not show: who it says it is, so that a client can recognise it. */
export const fanMachines: Partial<Record<FanFamilyName, { make: MakeName } & Partial<Make>>> = {
  'supermicro-x9': { make: 'supermicro', model: 'SYS-6027R-TRF', boardModel: 'X9DRi-F', firmware: [3, 48], firmwareText: '03.48' },
  'supermicro-x14-openbmc': { make: 'supermicro', model: 'SYS-122H-TN', boardModel: 'X14DBHM', firmware: [1, 2], firmwareText: '01.02.03' },
  'supermicro-x14-aten': { make: 'supermicro', model: 'SYS-112D', boardModel: 'X14SDW-24C', firmware: [1, 0], firmwareText: '01.00.12' },
  'dell-idrac8': { make: 'dell', model: 'PowerEdge R730', bmcModel: '13G Monolithic', firmware: [2, 86], firmwareText: '2.86.86.86' },
  'inspur-older': { make: 'inspur', model: 'NF5270M4', productId: 257, firmware: [4, 5], firmwareText: '4.5.0' },
  'inspur-openbmc': { make: 'inspur', model: 'NF5180M6', productId: 6, firmware: [2, 9], firmwareText: '2.9.0' },
  'h3c-hdm': { make: 'h3c', model: 'UniServer R4950 G6' },
  'ibm-system-x': { make: 'lenovo', maker: 'IBM', model: 'System x3650 M4', manufacturerId: 20301, productId: 220, firmware: [1, 60], firmwareText: '1.60' },
  'asrock-16': { make: 'gigabyte', maker: 'ASRockRack', model: 'ROMED8-2T', manufacturerId: 49622, productId: 5, firmware: [1, 20], firmwareText: '1.20.00' },
  'asrock-8': { make: 'gigabyte', maker: 'ASRockRack', model: 'E3C224D4I-14S', manufacturerId: 49622, productId: 3, firmware: [0, 25], firmwareText: '0.25.0' },
  'asus-kmpp-d32': { make: 'gigabyte', maker: 'ASUSTeK', model: 'KMPP-D32', manufacturerId: 2623, productId: 1, firmware: [1, 10], firmwareText: '1.10.0' },
  'asus-z11pa-d8': { make: 'gigabyte', maker: 'ASUSTeK', model: 'Z11PA-D8', manufacturerId: 2623, productId: 2, firmware: [1, 14], firmwareText: '1.14.4' },
  'asus-c422': { make: 'gigabyte', maker: 'ASUSTeK', model: 'WS C422 PRO/SE', manufacturerId: 2623, productId: 3, firmware: [1, 12], firmwareText: '1.12.0' },
  'quanta-2u': { make: 'openbmc', model: 'D52B-2U', manufacturerId: 7244, productId: 1, firmware: [4, 68], firmwareText: '4.68.10' },
  'quanta-1u': { make: 'openbmc', model: 'D52B-1U', manufacturerId: 7244, productId: 2, firmware: [4, 68], firmwareText: '4.68.10' },
  'tyan-s8030': { make: 'gigabyte', maker: 'TYAN', model: 'S8030GM2NE', manufacturerId: 6653, productId: 8030, firmware: [5, 0], firmwareText: '5.00.00' },
  'intel-m20ntp': { make: 'gigabyte', maker: 'Intel Corporation', model: 'M20NTP', manufacturerId: 343, productId: 9, firmware: [1, 5], firmwareText: '1.5.0' },
}
