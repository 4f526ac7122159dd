import type { Action } from './permission.ts'

/** What a token may be held to, below its role. Reading is in none: who can do something can see what it did. */
export const scopes = ['audit', 'power', 'console', 'redfish', 'bmc', 'nodes', 'alerts', 'images', 'people', 'settings'] as const
export type Scope = (typeof scopes)[number]

/** null: all that the role may. */
export type Scopes = readonly Scope[] | null

/** The scope that an action needs; null for what every token may. */
export const scopeOf: Record<Action, Scope | null> = {
  read: null,
  readAudit: 'audit',
  power: 'power',
  indicator: 'power',
  boot: 'power',
  powerCap: 'power',
  media: 'power',
  install: 'power',
  fans: 'power',
  manageBudgets: 'power',
  trustFans: 'bmc',
  console: 'console',
  readRedfish: 'redfish',
  changeRedfish: 'redfish',
  recordRedfish: 'redfish',
  clearLog: 'bmc',
  resetBmc: 'bmc',
  sendIpmi: 'bmc',
  readSetup: 'bmc',
  changeSetup: 'bmc',
  refresh: 'bmc',
  editNodes: 'nodes',
  silence: 'alerts',
  manageAlerts: 'alerts',
  manageImages: 'images',
  manageUsers: 'people',
  manageSettings: 'settings',
}

/** Do these scopes hold this action? */
export function isWithin(scopes: Scopes, action: Action): boolean {
  const needed = scopeOf[action]
  return scopes === null || needed === null || scopes.includes(needed)
}

/** Do the one's scopes hold nothing that the other's do not? */
export const isNarrower = (one: Scopes, other: Scopes): boolean => other === null || (one !== null && one.every((each) => other.includes(each)))
