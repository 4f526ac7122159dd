import type { AuditFilter } from '#lib/api/queries.ts'

export const filterKeys = ['q', 'actor', 'node', 'action', 'outcome', 'ip', 'operation', 'from', 'to'] as const
export const outcomes = ['intent', 'ok', 'refused', 'failed', 'unknown'] as const

/** What can be done, by the word that the audit has for it. A word that is not here is shown as it is. */
export const actionNames = [
  'power',
  'indicator',
  'boot',
  'media',
  'install',
  'fans',
  'fan-policy',
  'power-cap',
  'bmc-reset',
  'log-clear',
  'operation-abort',
  'operation-hold',
  'operation-continue',
  'operation-stop',
  'operation-retry',
  'refresh',
  'console-open',
  'console-close',
  'console-take-over',
  'console-take-session',
  'console-break',
  'console-sysrq',
  'console-setting',
  'console-recording',
  'sign-in',
  'sign-out',
  'claim',
  'invitation-create',
  'invitation-remove',
  'invitation-accept',
  'password-reset-link',
  'password-reset',
  'user-change',
  'node-create',
  'node-change',
  'node-remove',
  'probe',
  'scan',
  'redfish',
  'ipmi',
  'bmc-setup',
  'recording',
  'settings-change',
  'image-upload',
  'image-fetch',
  'image-remove',
  'schedule-create',
  'schedule-change',
  'schedule-remove',
  'schedule-run',
  'token-create',
  'token-revoke',
  'token-use',
  'alert-rule-create',
  'alert-rule-change',
  'alert-rule-remove',
  'budget-create',
  'budget-change',
  'budget-remove',
  'budget-arm',
  'budget-disarm',
  'budget-act',
  'receiver-create',
  'receiver-change',
  'receiver-remove',
  'receiver-test',
  'silence-create',
  'silence-end',
  'maintenance-begin',
  'maintenance-end',
  'checkpoints-anew',
  'read',
] as const
export type ActionName = (typeof actionNames)[number]

export const isActionName = (name: string): name is ActionName => (actionNames as readonly string[]).includes(name)

const isInstant = (text: string) => !Number.isNaN(Date.parse(text))

/** The row that an address points at; null for none. Pure. */
export function toLinked(search: URLSearchParams): number | null {
  const seq = search.get('seq') ?? ''
  return /^[1-9]\d{0,14}$/.test(seq) ? Number(seq) : null
}

/** The filter that an address asks for; what is empty or no time is left out. Pure. */
export function toFilter(search: URLSearchParams): AuditFilter {
  const filter: AuditFilter = {}
  for (const key of filterKeys) {
    const value = search.get(key)?.trim() ?? ''
    if (value === '') continue
    if (key !== 'from' && key !== 'to') filter[key] = value
    else if (isInstant(value)) filter[key] = new Date(value).toISOString()
  }
  return filter
}
