/**
 * What FreeIPMI's tools take with -W, under the same names and with the same meanings: ipmipower(8), ipmiconsole(8), ipmi-sensors(8).
 * Those for IPMI 1.5 and for in-band access are left out, and `ignoreauthcode`, with which anybody on the network could answer in the BMC's place.
 */
export const workaroundNames = [
  'authcap',
  'nochecksumcheck',
  'opensesspriv',
  'intel20',
  'supermicro20',
  'sun20',
  'integritycheckvalue',
  'solpayloadsize',
  'solport',
  'solstatus',
  'solchannelsupport',
  'serialalertsdeferred',
  'solpacketseq',
  'assumemaxsdrrecordcount',
  'discretereading',
  'ignorescanningdisabled',
  'assumebmcowner',
] as const
export type Workaround = (typeof workaroundNames)[number]
export type Workarounds = ReadonlySet<Workaround>
