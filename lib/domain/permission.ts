import type { OperationKind } from './operation.ts'
import type { Role } from './role.ts'
import { isWithin, type Scopes } from './scope-rules.ts'

/** What can be asked of Baseboard. Viewers read; operators add what changes a running node; administrators the rest. */
export const actions = {
  read: 'viewer',
  power: 'operator',
  indicator: 'operator',
  boot: 'operator',
  powerCap: 'operator',
  media: 'operator',
  install: 'operator',
  fans: 'operator',
  trustFans: 'admin',
  refresh: 'operator',
  console: 'operator',
  readRedfish: 'operator',
  changeRedfish: 'admin',
  recordRedfish: 'admin',
  sendIpmi: 'admin',
  readSetup: 'operator',
  changeSetup: 'admin',
  silence: 'operator',
  editNodes: 'admin',
  clearLog: 'admin',
  resetBmc: 'admin',
  readAudit: 'viewer',
  manageUsers: 'admin',
  manageSettings: 'admin',
  manageAlerts: 'admin',
  manageBudgets: 'admin',
  manageImages: 'admin',
} as const satisfies Record<string, Role>
export type Action = keyof typeof actions

/** What somebody must be allowed to do to ask for an operation of a kind, or to stop one. */
export const actionOf = { power: 'power', indicator: 'indicator', boot: 'boot', 'power-cap': 'powerCap', 'bmc-reset': 'resetBmc', 'log-clear': 'clearLog', refresh: 'refresh', media: 'media', install: 'install' } as const satisfies Record<OperationKind, Action>

const rank: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }

/**
 * May someone of this role do this, or a token that is held to scopes below its role? Takes the node from the start although every
 * role is global today, so that a later per-group role changes this function and not its callers.
 */
export function may(user: { role: Role; scopes?: Scopes }, action: Action, _node?: { name: string; groups: readonly string[] }): boolean {
  return isAtLeast(user.role, actions[action]) && isWithin(user.scopes ?? null, action)
}

/** Is this role as much as the other, or more? */
export const isAtLeast = (role: Role, other: Role): boolean => rank[role] >= rank[other]

/** The lesser of two roles. */
export const lesserRole = (one: Role, other: Role): Role => (isAtLeast(one, other) ? other : one)

/** Every role that may do this. */
export const rolesThatMay = (action: Action): Role[] => (Object.keys(rank) as Role[]).filter((role) => may({ role }, action))

/** Who may ask for what, by the kind of operation. */
export const rolesByKind = Object.fromEntries(Object.entries(actionOf).map(([kind, action]) => [kind, rolesThatMay(action)])) as Record<OperationKind, Role[]>
