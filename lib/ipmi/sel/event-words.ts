/** Words for event data 2 and 3 by sensor type and offset (IPMI 2.0 table 42-3), in the order of their numbers. */

/** System Firmware Progress, offset 00h. */
export const firmwareErrors: readonly string[] = [
  'unspecified',
  'no system memory is installed',
  'no usable system memory',
  'unrecoverable hard disk failure',
  'unrecoverable system board failure',
  'unrecoverable diskette failure',
  'unrecoverable hard disk controller failure',
  'unrecoverable keyboard failure',
  'removable boot media not found',
  'unrecoverable video controller failure',
  'no video device detected',
  'firmware (BIOS) ROM corruption detected',
  'CPU voltage mismatch',
  'CPU speed matching failure',
]

/** System Firmware Progress, offsets 01h (hang) and 02h (progress). */
export const firmwareStages: readonly string[] = [
  'unspecified',
  'memory initialization',
  'hard disk initialization',
  'secondary processor initialization',
  'user authentication',
  'user-initiated system setup',
  'USB resource configuration',
  'PCI resource configuration',
  'option ROM initialization',
  'video initialization',
  'cache initialization',
  'SM Bus initialization',
  'keyboard controller initialization',
  'management controller initialization',
  'docking station attachment',
  'enabling docking station',
  'docking station ejection',
  'disabling docking station',
  'calling operating system wake-up vector',
  'starting operating system boot process',
  'baseboard initialization',
  'reserved',
  'floppy initialization',
  'keyboard test',
  'pointing device test',
  'primary processor initialization',
]

/** System Boot Initiated, offset 07h, and Get System Restart Cause (§28.11). */
export const restartCauses: readonly string[] = [
  'unknown cause',
  'chassis control command',
  'reset by push button',
  'power-up by push button',
  'watchdog expired',
  'OEM cause',
  'automatic power-up after power came back',
  'power-up to the state before power was lost',
  'reset by PEF',
  'power cycle by PEF',
  'soft reset',
  'power-up by the clock',
]

export const watchdogInterrupts: readonly string[] = ['no interrupt', 'SMI', 'NMI', 'messaging interrupt']
export const watchdogUses: readonly string[] = ['reserved', 'BIOS FRB2', 'BIOS/POST', 'OS load', 'SMS/OS', 'OEM']

/** Power Supply, offset 06h. */
export const supplyErrors: readonly string[] = [
  'vendor mismatch',
  'revision mismatch',
  'processor missing or mismatched',
  'power rating mismatch',
  'voltage rating mismatch',
]

/** System Event, offset 03h. */
export const auxiliaryActions: readonly string[] = [
  'entry added',
  'entry added for an event without an IPMI form',
  'entry added beside SEL entries',
  'log cleared',
  'log disabled',
  'log enabled',
]
export const auxiliaryLogs: readonly string[] = ['MCA log', 'OEM log 1', 'OEM log 2']
/** System Event, offset 04h, by bit. */
export const pefActions: readonly string[] = ['alert', 'power off', 'reset', 'power cycle', 'OEM action', 'diagnostic interrupt']

/** Slot/Connector, data 2. */
export const slotTypes: readonly string[] = [
  'PCI slot',
  'drive array',
  'external connector',
  'dock',
  'internal expansion slot',
  'slot of the entity',
  'AdvancedTCA slot',
  'DIMM',
  'fan',
  'PCI Express slot',
  'SCSI slot',
  'SATA/SAS slot',
  'USB port',
]

/** Session Audit, data 3 bits 5:4. */
export const sessionEnds: readonly string[] = ['', 'closed by command', 'timed out', 'configuration changed']

/** Version Change, data 2. */
export const versionChanges: readonly string[] = [
  'unspecified',
  'management controller device ID',
  'management controller firmware revision',
  'management controller device revision',
  'management controller manufacturer ID',
  'management controller IPMI version',
  'management controller auxiliary firmware ID',
  'management controller firmware boot block',
  'other management controller firmware',
  'system firmware (EFI/BIOS)',
  'SMBIOS',
  'operating system',
  'operating system loader',
  'service or diagnostic partition',
  'management software agent',
  'management software application',
  'management software middleware',
  'programmable hardware',
  'board or FRU module',
  'board or FRU component',
  'board or FRU replaced with equivalent version',
  'board or FRU replaced with newer version',
  'board or FRU replaced with older version',
  'board or FRU hardware configuration',
]

/** FRU State, data 2 bits 7:4. */
export const fruStateCauses: readonly string[] = [
  'normal transition',
  'commanded by software outside the FRU',
  'operator moved the hot swap latch',
  'hot swap push button',
  'FRU itself',
  'communication lost or regained',
  'communication lost or regained, local failure',
  'surprise extraction',
  'information provided',
  'invalid hardware address',
  'unexpected deactivation',
]
