/** Where we tell something else of a recorded server than a tool, and why. What is not here must be equal; what no longer differs may not stay here. */
export type Excuse = {
  readonly why: string
  readonly tools: readonly string[]
  readonly cells: readonly string[]
  /** Ids of records or of FRUs, by server. */
  readonly where: Readonly<Record<string, readonly number[]>>
}

const limits = ['lowerCritical', 'lowerNonCritical', 'upperNonCritical', 'upperCritical']

export const excuses: readonly Excuse[] = [
  {
    why: 'Several sensors share the record, and each gets its number behind the name (IPMI 2.0 §43.2). The tools print the name alone, once.',
    tools: ['ipmitool sensor list', 'ipmitool sdr elist', 'ipmi-sensors'],
    cells: ['name'],
    where: { dell_c6320: [51, 52], dell_r630: [172, 182], dell_r640: [101, 102], dell_r730: [81, 82], dell_r730xd: [81, 82] },
  },
  {
    why: 'The sensor belongs to system software (bit 0 of its owner, table 43-1), which cannot be asked. ipmitool asks the BMC for its own sensor of that number.',
    tools: ['ipmitool sensor list', 'ipmitool sdr elist'],
    cells: ['state', 'status', 'states'],
    where: { dell_c6320: [73, 74, 75, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 90], dell_r630: [111, 114, 146] },
  },
  {
    why: 'The record denies thresholds that the BMC then tells. ipmitool and we show them, FreeIPMI does not.',
    tools: ['ipmi-sensors'],
    cells: limits,
    where: { dell_c6320: [12, 13], dell_r640: [1, 2], dell_r730: [25, 26], dell_r730xd: [25, 26], quanta_t41: [63, 64, 65, 118] },
  },
  {
    why: 'The sensor belongs to another controller on channel 6, which the rig does not have. FreeIPMI shows the record’s thresholds of a sensor without a reading, ipmitool and we do not.',
    tools: ['ipmi-sensors'],
    cells: limits,
    where: { s2600kp: [80, 81], s2600tp: [83, 84] },
  },
  {
    why: 'The BMC says that thresholds are passed which the sensor does not have. FreeIPMI names one that it has, ipmitool and we show the worst.',
    tools: ['ipmi-sensors'],
    cells: ['events'],
    where: { quanta_t41: [117] },
  },
  {
    why: 'A part that is absent is nothing bad here, since empty slots are common. FreeIPMI calls it critical.',
    tools: ['ipmi-sensors'],
    cells: ['state'],
    where: {
      dell_c6320: [167],
      dell_r630: [56, 89],
      dell_r640: [44, 48, 176, 202],
      dell_r730: [58, 87, 89, 90],
      dell_r730xd: [58, 88, 89],
    },
  },
  {
    why: 'A state of a maker’s own kind: FreeIPMI has no opinion on the sensor, here it is told by its number and makes nothing bad.',
    tools: ['ipmi-sensors'],
    cells: ['state'],
    where: {
      dell_c6320: [57],
      dell_r630: [85, 107],
      dell_r640: [65, 170, 177, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197],
      dell_r730: [85, 99],
      dell_r730xd: [84, 98],
      quanta_t41: [18, 19, 71, 72, 102, 103, 104, 105, 106],
      s2600kp: [5, 9],
      s2600tp: [5, 9],
    },
  },
  {
    why: 'One of several states is reserved: FreeIPMI has no opinion on the sensor then, here the others count.',
    tools: ['ipmi-sensors'],
    cells: ['state'],
    where: { quanta_t41: [80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97] },
  },
  {
    why: 'The value is 2.5435, which lies between the two.',
    tools: ['ipmitool -v sdr list full'],
    cells: ['minimum'],
    where: { s2600kp: [69], s2600tp: [71] },
  },
  {
    why: 'The header’s checksum is wrong and that of the area right: the area is read here, and what is wrong is told. The tools print nothing.',
    tools: ['ipmitool fru print', 'ipmi-fru'],
    cells: ['text'],
    where: { s2600kp: [3] },
  },
  {
    why: 'A multi-record’s checksum is wrong: it is read here, and what is wrong is told. FreeIPMI prints nothing.',
    tools: ['ipmi-fru'],
    cells: ['text'],
    where: { dell_r630: [1, 2], dell_r640: [1, 2], dell_r730: [1, 2], dell_r730xd: [1, 2] },
  },
]

/** Kinds of sensors and states that have another name in FreeIPMI, without regard to case. */
export const otherNames = {
  type: {
    'Add In Card': 'Add-in Card',
    'Button/Switch': 'Button',
    'OEM Reserved': 'OEM',
    'OS Critical Stop': 'OS Stop/Shutdown',
    'Other Units Based Sensor': 'Other Units-based Sensor',
  },
  events: {
    'battery presence detected': 'Presence detected',
    'Cable/Interconnect is connected': 'Connected',
    'Consistency Check / Parity Check in progress': 'Parity Check In Progress',
    'Device Inserted/Device Present': 'Device Present',
    'Drive Presence': 'Drive Present',
    'Entity Absent': 'Absent',
    'Entity Present': 'Present',
    'Non-redundant:Sufficient Resources from Redundant': 'Non-Redundant: Sufficient from Redundant',
    'Power Supply input lost (AC/DC)': 'Power Supply AC lost',
    'Processor Presence detected': 'Presence detected',
    'Rebuild/Remap Aborted': 'Rebuild Aborted',
    'SEL Almost Full': 'Log almost full',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>
