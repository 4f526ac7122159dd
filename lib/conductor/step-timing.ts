import { usualInstallTiming } from '#lib/domain/install-end.ts'
import type { Command } from '#lib/domain/operation.ts'
import { usualMediaTiming, type MediaTiming } from './media-step.ts'

export type StepTiming = {
  /** Between two reads while a step runs. */
  readEveryMs: number
  /** Between two reads in the first seconds of a restart: some BMCs show `off` for little more than a second, and nothing else proves it. */
  keenReadEveryMs: number
  keenForMs: number
  /** Between the phases of a composed reset: capacitors empty, and a drive that is off for less does not notice. */
  pauseMs: number
  /** How soon a BMC that resets itself falls silent, if it does; and how often it is tried again once it is back. */
  silentWithinMs: number
  tryAgainMs: number
  deadlineMs: Record<Command, number>
  /** How long the effect of a hard restart is looked for that may never have arrived, while the BMC answers and the host reads as it was. */
  tracelessMs: number
  media: MediaTiming
}

const minute = 60_000

export const usualTiming: StepTiming = {
  readEveryMs: 1_500,
  keenReadEveryMs: 250,
  keenForMs: 10_000,
  pauseMs: 10_000,
  silentWithinMs: 3 * minute,
  tryAgainMs: 5_000,
  deadlineMs: {
    On: 1.5 * minute,
    ForceOff: minute,
    GracefulShutdown: 5 * minute,
    GracefulRestart: 5 * minute,
    ForceRestart: 1.5 * minute,
    PowerCycle: 1.5 * minute,
    Nmi: 15_000,
    PushPowerButton: 5 * minute,
    FullPowerCycle: 10 * minute,
    IndicatorOn: 15_000,
    IndicatorOff: 15_000,
    SetBoot: 30_000,
    SetPowerCap: 30_000,
    LiftPowerCap: 30_000,
    ResetBmc: 10 * minute,
  },
  tracelessMs: 30_000,
  media: { ...usualInstallTiming, ...usualMediaTiming },
}
