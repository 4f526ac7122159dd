import type { BootSight, BootSource, BootStage } from '#lib/domain/boot-progress.ts'
import { firmwareErrors, firmwareStages } from '#lib/ipmi/sel/event-words.ts'
import type { HostProgress } from '#lib/redfish/read-power.ts'
import { toPlainText } from './text.ts'

/** DSP0268, ComputerSystem, BootProgressTypes. */
const lastStates = new Map<string, BootStage>([
  ['None', 'notStarted'],
  ['PrimaryProcessorInitializationStarted', 'processor'],
  ['BusInitializationStarted', 'bus'],
  ['MemoryInitializationStarted', 'memory'],
  ['SecondaryProcessorInitializationStarted', 'otherProcessors'],
  ['PCIResourceConfigStarted', 'devices'],
  ['SystemHardwareInitializationComplete', 'hardwareReady'],
  ['SetupEntered', 'setup'],
  ['OSBootStarted', 'osStarting'],
  ['OSRunning', 'osRunning'],
])

/**
 * Makers' words beside it. HPE's Redfish reference of iLO 6, Oem.Hpe.PostState; Lenovo's XCC, Oem.Lenovo.SystemStatus, of which a recorded SR670 has one and public
 * test scripts list the others. `SystemPowerOff_StateUnknown`, `PowerOff`, `Reset` and `Unknown` tell of no start.
 */
const makersWords = new Map<string, BootStage>([
  ['InPost', 'firmware'],
  ['InPostDiscoveryStart', 'devices'],
  ['InPostDiscoveryComplete', 'hardwareReady'],
  ['FinishedPost', 'handedOver'],
  ['SystemOn_StartingUEFI', 'firmware'],
  ['SystemRunningInUEFI', 'firmware'],
  ['SystemRunningInSetup', 'setup'],
  ['BootingOSOrInUndetectedOS', 'undetected'],
  ['OSBooted', 'osRunning'],
])

/** What a reading of the power tells of the start; null where it tells nothing. */
export function toPowerProgress({ lastState, makersWord }: HostProgress): (BootSight & { source: BootSource }) | null {
  if (lastState !== undefined) return { source: 'redfish', stage: lastStates.get(lastState) ?? null, word: toPlainText(lastState, 60) }
  const stage = makersWord === undefined ? undefined : makersWords.get(makersWord)
  return stage === undefined ? null : { source: 'maker', stage, word: makersWord! }
}

/** IPMI 2.0 table 42-3, System Firmware Progress, event data 2 of offset 02h; the other numbers are parts of the self-test. */
const firmwareStageOf: Record<number, BootStage> = {
  0x01: 'memory',
  0x03: 'otherProcessors',
  0x05: 'setup',
  0x06: 'devices',
  0x07: 'devices',
  0x08: 'devices',
  0x0b: 'bus',
  0x12: 'osStarting',
  0x13: 'osStarting',
  0x19: 'processor',
}

const sensorSpecific = 0x6f
export const systemFirmwareProgress = 0x0f
const osBoot = 0x1f

/** What of an IPMI event is of a start; `data` are its event data 1 to 3. */
type Event = { sensorType: number | undefined; eventType: number | undefined; isAsserted: boolean | undefined; data: readonly [number, number, number] }

/** What an event says of a start; undefined for one that is about something else. */
export function toEventProgress({ sensorType, eventType = sensorSpecific, isAsserted = true, data: [data1, data2] }: Event): BootSight | undefined {
  if (eventType !== sensorSpecific || !isAsserted) return undefined
  const offset = data1 & 0x0f
  // 00h to 06h: the loader has been read from a disk, by PXE, from a CD; 07h and more are of an installer.
  if (sensorType === osBoot) return offset <= 0x06 ? { stage: 'handedOver', word: 'OS boot' } : undefined
  if (sensorType !== systemFirmwareProgress || offset > 0x02) return undefined
  // Bits 7:6 of event data 1: 11b, event data 2 is the sensor's own code.
  const code = data1 >> 6 === 0x03 && data2 !== 0xff ? data2 : 0
  if (offset === 0x00) return { stage: 'stuck', word: firmwareErrors[code] ?? `error ${code}` }
  const word = firmwareStages[code] ?? `code ${code}`
  return { stage: offset === 0x01 ? 'stuck' : (firmwareStageOf[code] ?? 'firmware'), word }
}
