import { networkRule } from '#lib/config/networks.ts'
import { countConductors } from '#lib/db/health-read.ts'
import { readCommandsPerSecond, readNetworks } from '#lib/db/settings.ts'

/** What administrators set for the site, as the conductor heeds it now. */
export type Site = {
  /** The rule of the management networks. */
  allows: (ip: string) => boolean
  /** This conductor's share of the power commands that the site sends in a second. */
  commandsPerSecond: () => number
  /** Reads it again, as it may change; what cannot be read leaves it as it was. */
  refresh: () => Promise<void>
}

export function createSite(complain: (text: string) => void): Site {
  let rule = networkRule([])
  let share = 1
  return {
    allows: (ip) => rule.allows(ip),
    commandsPerSecond: () => share,
    async refresh() {
      try {
        const [{ networks }, perSecond, conductors] = await Promise.all([readNetworks(), readCommandsPerSecond(), countConductors()])
        rule = networkRule(networks ?? [])
        share = perSecond / Math.max(1, conductors)
      } catch (error) {
        complain(`the settings of the site could not be read: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
  }
}
