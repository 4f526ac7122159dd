/**
 * What FreeIPMI's tools take with -W, under the same names and with the same meanings: ipmipower(8), ipmiconsole(8), ipmi-sensors(8).
 * Those for IPMI 1.5 and for in-band access are left out.
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
] as const
export type Workaround = (typeof workaroundNames)[number]
export type Workarounds = ReadonlySet<Workaround>
