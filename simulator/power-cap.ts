/** What limits the watts of a machine, as its BMC keeps it: changed in place by whatever protocol a command came in. */
export interface PowerCap {
  watts: number
  isActive: boolean
  /** DCMI 1.5 table 6-17: what the BMC does when it cannot hold the limit. */
  action: number
  correctionMs: number
  samplingSeconds: number
  readonly minimum: number
  readonly maximum: number
}

export const freshPowerCap = (): PowerCap => ({ watts: 0, isActive: false, action: 0, correctionMs: 1000, samplingSeconds: 1, minimum: 200, maximum: 2600 })

/** What the parts may draw so that the mains shows no more than the cap: a supply gives on 93 %. */
export const cappedWatts = (watts: number, { isActive, watts: limit }: PowerCap): number => (isActive ? Math.min(watts, limit * 0.93) : watts)
