import type { Entry } from '#lib/ssh/enter.ts'

/** How one family of firmware lets somebody into the serial console at its command line over SSH. */
export type SshProfile = {
  name: string
  /** Known by the manager's Redfish path and model, or by the manufacturer's number in IPMI (IPMI 2.0 §20.1). */
  manager: RegExp
  manufacturerIds: readonly number[]
  entry: Entry
  exit: string
}

/** Sources: vendors.md §4.3; sessions of iDRAC 6 to 9 and iLO 3 to 5 that their users published; iLO 5 user guide, "Virtual Serial Port". */
export const sshProfiles: readonly SshProfile[] = [
  {
    name: 'Dell iDRAC',
    manager: /\bidrac/i,
    manufacturerIds: [674],
    // iDRAC 7 and 8 wait with `/admin1->`, iDRAC 9 with `racadm>>`.
    entry: { command: 'console com2', prompt: /(?:racadm>>|\/admin1(?:\/\S*)?->)\s*$/, announced: /connected to (?:serial device|com)/i, busy: /\b(?:in use|already (?:active|running|connected))\b/i },
    exit: '\u001c',
  },
  {
    name: 'HPE iLO',
    manager: /\bilo\b/i,
    manufacturerIds: [11, 47196],
    entry: {
      command: 'vsp',
      prompt: /hpiLO->\s*$/,
      announced: /virtual serial port active|starting virtual serial port/i,
      busy: /virtual serial port is currently in use/i,
      evict: 'stop /system1/oemhp_vsp1',
    },
    exit: '\u001b(',
  },
]

/** The patterns that go with a command; a command of no profile is taken as it is. */
export const toEntry = (command: string): Entry => sshProfiles.find((one) => one.entry.command === command)?.entry ?? { command }
