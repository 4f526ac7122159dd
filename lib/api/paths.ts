/** Every address of the HTTP interface that a page asks, in one place. */
const part = encodeURIComponent

/** Makes `?a=1&b=2` of what is set; nothing of an empty record. */
export function toSearch(values: Record<string, string | number | undefined | null>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

export const paths = {
  me: () => '/api/me',
  nodes: () => '/api/nodes',
  scans: () => '/api/scans',
  scan: (id: string) => `/api/scans/${part(id)}`,
  nodeNames: (range: string) => `/api/node-names${toSearch({ range })}`,
  nodeRanges: () => '/api/node-ranges',
  nodeImports: () => '/api/node-imports',
  nodeExport: (format: 'csv' | 'json') => `/api/node-exports${toSearch({ format })}`,
  node: (name: string) => `/api/nodes/${part(name)}`,
  sensors: (name: string) => `/api/nodes/${part(name)}/sensors`,
  readings: (name: string, query: Record<string, string | number | undefined>) => `/api/nodes/${part(name)}/readings${toSearch(query)}`,
  probes: () => '/api/probes',
  probe: (id: string) => `/api/probes/${part(id)}`,
  operations: (query: Record<string, string | number | undefined> = {}) => `/api/operations${toSearch(query)}`,
  operation: (id: string) => `/api/operations/${part(id)}`,
  steps: (id: string, query: Record<string, string | number | undefined>) => `/api/operations/${part(id)}/steps${toSearch(query)}`,
  operationNodes: (id: string) => `/api/operations/${part(id)}/nodes`,
  turnOperation: (id: string, turn: 'abort' | 'hold' | 'continue' | 'retry') => `/api/operations/${part(id)}/${turn}`,
  schedules: () => '/api/schedules',
  schedule: (id: string) => `/api/schedules/${part(id)}`,
  scheduleTimes: (query: { cron: string; timeZone: string }) => `/api/schedules/times${toSearch(query)}`,
  audit: (query: Record<string, string | number | undefined>) => `/api/audit${toSearch(query)}`,
  auditRow: (seq: number) => `/api/audit/${seq}`,
  checkpoint: () => '/api/audit/checkpoint',
  events: (query: Record<string, string | number | undefined>) => `/api/events${toSearch(query)}`,
  event: (id: string) => `/api/events/${part(id)}`,
  nodeEvents: (name: string, query: Record<string, string | number | undefined>) => `/api/nodes/${part(name)}/events${toSearch(query)}`,
  clearEvents: (name: string) => `/api/nodes/${part(name)}/events/clear`,
  consoles: () => '/api/consoles',
  console: (name: string) => `/api/nodes/${part(name)}/console`,
  inventory: (name: string) => `/api/nodes/${part(name)}/inventory`,
  bios: (name: string) => `/api/nodes/${part(name)}/bios`,
  redfish: (name: string) => `/api/nodes/${part(name)}/redfish`,
  recording: (name: string) => `/api/nodes/${part(name)}/recording`,
  recordingFile: (name: string) => `/api/nodes/${part(name)}/recording/file`,
  redfishChanges: (name: string) => `/api/nodes/${part(name)}/redfish-changes`,
  redfishAnswer: (name: string, id: string) => `/api/nodes/${part(name)}/redfish/${part(id)}`,
  fleetInventory: () => '/api/inventory',
  claim: () => '/api/claim',
  users: () => '/api/users',
  user: (id: string) => `/api/users/${part(id)}`,
  userReset: (id: string) => `/api/users/${part(id)}/reset`,
  invitations: () => '/api/invitations',
  invitation: (id: string) => `/api/invitations/${part(id)}`,
  invitationLook: () => '/api/invitations/look',
  invitationAccept: () => '/api/invitations/accept',
  tokens: () => '/api/tokens',
  ownTokens: () => '/api/me/tokens',
  ownToken: (id: string) => `/api/me/tokens/${part(id)}`,
  token: (id: string) => `/api/tokens/${part(id)}`,
  alerts: () => '/api/alerts',
  alertCount: () => '/api/alerts/count',
  alertRules: () => '/api/alert-rules',
  alertRule: (id: string) => `/api/alert-rules/${part(id)}`,
  receivers: () => '/api/receivers',
  receiver: (id: string) => `/api/receivers/${part(id)}`,
  receiverTest: (id: string) => `/api/receivers/${part(id)}/test`,
  silences: () => '/api/silences',
  silence: (id: string) => `/api/silences/${part(id)}`,
  maintenance: () => '/api/maintenance',
  maintenanceEnd: () => '/api/maintenance/end',
  settings: () => '/api/settings',
  stream: () => '/api/stream',
  health: () => '/api/health',
} as const
