import * as power from './power-contract.ts'
import type { Route } from './routes.ts'

/** The doors to what sets of nodes draw. */
export const powerRoutes = {
  readPowerTotals: {
    method: 'GET',
    path: '/api/power',
    access: 'read',
    summary: 'What the fleet, each group and each rack draw now, and how much of that is known',
    status: 200,
    answer: power.powerTotals,
  },
  readPowerHistory: {
    method: 'GET',
    path: '/api/power/history',
    access: 'read',
    summary: 'What the fleet, a group, a rack or the nodes of a budget drew in the last hours, thinned to its lows and peaks',
    status: 200,
    query: power.powerHistoryQuery,
    answer: power.powerHistory,
  },
} as const satisfies Record<string, Route>
