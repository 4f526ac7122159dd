import type * as z from 'zod/mini'
import { bmcSetting } from '#lib/domain/bmc-setup.ts'
import type { Action } from '#lib/domain/permission.ts'
import { expositionMediaType } from '#lib/domain/exposition.ts'
import { operation } from '#lib/domain/operation.ts'
import { operationDetail, operationNodes } from '#lib/domain/operation-detail.ts'
import * as contract from './contract.ts'
import { alertsRoutes } from './alerts-routes.ts'
import { budgetsRoutes } from './budgets-routes.ts'
import { imagesRoutes } from './images-routes.ts'
import { mediaRoutes } from './media-routes.ts'
import { fansRoutes } from './fans-routes.ts'
import { nodesRoutes } from './nodes-routes.ts'
import { powerRoutes } from './power-routes.ts'
import { scheduleRoutes } from './schedule-routes.ts'
import { tokensRoutes } from './tokens-routes.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/**
 * One door of the API. `access` is the action that `lib/data` asks of the person's role; `anyone` needs no session,
 * `signed-in` any, `person` one that is no token's. `answer` is the body of `status`; none means an empty 204, `text/event-stream` or what next-auth says.
 */
export type Route = {
  method: Method
  path: string
  access: Action | 'anyone' | 'signed-in' | 'person'
  summary: string
  status: 200 | 201 | 202 | 204
  query?: z.ZodMiniType
  body?: z.ZodMiniType
  /** How long a body may be, where a mebibyte is too little. */
  bodyLimitBytes?: number
  answer?: z.ZodMiniType
  /** What the answer is when it is not JSON. */
  mediaType?: string
}

/** The single source of what the API has: the handlers, the 404s and 405s, the OpenAPI document and the tests read it. */
export const routes = {
  health: { method: 'GET', path: '/api/health', access: 'anyone', summary: 'Is Baseboard well?', status: 200, answer: contract.healthAnswer },
  metrics: {
    method: 'GET',
    path: '/api/metrics',
    access: 'read',
    summary: 'What Prometheus scrapes; also at /metrics',
    status: 200,
    query: contract.metricsQuery,
    mediaType: expositionMediaType,
  },
  openapi: { method: 'GET', path: '/api/openapi.json', access: 'anyone', summary: 'This document', status: 200 },

  ...mediaRoutes,
  ...nodesRoutes,
  ...fansRoutes,
  ...powerRoutes,
  ...budgetsRoutes,
  ...scheduleRoutes,
  createNode: {
    method: 'POST',
    path: '/api/nodes',
    access: 'editNodes',
    summary: 'Add a node; it is probed at once',
    status: 201,
    body: contract.nodeCreate,
    answer: contract.nodeDetail,
  },
  readNode: { method: 'GET', path: '/api/nodes/{name}', access: 'read', summary: 'One node', status: 200, answer: contract.nodeDetail },
  changeNode: {
    method: 'PATCH',
    path: '/api/nodes/{name}',
    access: 'editNodes',
    summary: 'Change a node; a changed address or port needs the password again',
    status: 200,
    body: contract.nodePatch,
    answer: contract.nodeDetail,
  },
  removeNode: { method: 'DELETE', path: '/api/nodes/{name}', access: 'editNodes', summary: 'Remove a node', status: 204 },
  listSensors: {
    method: 'GET',
    path: '/api/nodes/{name}/sensors',
    access: 'read',
    summary: 'The sensors of a node as last swept',
    status: 200,
    answer: contract.sensorList,
  },
  readReadings: {
    method: 'GET',
    path: '/api/nodes/{name}/readings',
    access: 'read',
    summary: 'The history of a node’s sensors, thinned to at most about 300 points each',
    status: 200,
    query: contract.readingQuery,
    answer: contract.readingList,
  },

  openConsole: {
    method: 'POST',
    path: '/api/nodes/{name}/console',
    access: 'console',
    summary: 'A ticket for the WebSocket of the node’s serial console',
    status: 201,
    body: contract.consoleOpen,
    answer: contract.consoleOpened,
  },
  listConsoles: { method: 'GET', path: '/api/consoles', access: 'read', summary: 'The nodes at whose console somebody is now, and who', status: 200, answer: contract.visitedConsoles },
  readConsole: {
    method: 'GET',
    path: '/api/nodes/{name}/console',
    access: 'read',
    summary: 'How the console is captured, by which way it is opened, and the SSH host key of the BMC',
    status: 200,
    answer: contract.consoleSetting,
  },
  changeConsole: {
    method: 'PATCH',
    path: '/api/nodes/{name}/console',
    access: 'editNodes',
    summary: 'Capture the console while somebody watches and 10 minutes after, always, or always and closed while it cannot be recorded; force a way; trust an SSH host key',
    status: 200,
    body: contract.consoleChange,
    answer: contract.consoleSetting,
  },

  askRedfish: {
    method: 'POST',
    path: '/api/nodes/{name}/redfish',
    access: 'readRedfish',
    summary: 'Read one resource of the node’s BMC as it is; the answer is read by the id',
    status: 202,
    body: contract.rawAsk,
    answer: contract.rawRequestAnswer,
  },
  readRedfish: {
    method: 'GET',
    path: '/api/nodes/{name}/redfish/{id}',
    access: 'readRedfish',
    summary: 'What the BMC answered; waits up to 8 s for it, so ask again while the state is not done. Kept for ten minutes',
    status: 200,
    answer: contract.rawRequestAnswer,
  },
  changeRedfish: {
    method: 'POST',
    path: '/api/nodes/{name}/redfish-changes',
    access: 'changeRedfish',
    summary: 'Send one POST, PATCH or DELETE to the node’s BMC, once, with intent and outcome in the audit. Accounts, keys and firmware are refused',
    status: 202,
    body: contract.rawChangeAsk,
    answer: contract.rawRequestAnswer,
  },

  sendIpmi: {
    method: 'POST',
    path: '/api/nodes/{name}/ipmi',
    access: 'sendIpmi',
    summary: 'Send one IPMI command to the node’s BMC by its bytes, once, with intent and outcome in the audit. Accounts, keys, network and firmware are refused',
    status: 202,
    body: contract.ipmiAsk,
    answer: contract.ipmiRequestAnswer,
  },
  readIpmi: {
    method: 'GET',
    path: '/api/nodes/{name}/ipmi/{id}',
    access: 'sendIpmi',
    summary: 'What the BMC answered to it; waits up to 8 s for it, so ask again while the state is not done. Kept for ten minutes',
    status: 200,
    answer: contract.ipmiRequestAnswer,
  },

  askSetup: {
    method: 'POST',
    path: '/api/nodes/{name}/setup',
    access: 'readSetup',
    summary: 'Read how the node’s BMC itself is set up by IPMI: power restore, serial over LAN, clock, network, users, watchdog; the answer is read by the id',
    status: 202,
    answer: contract.setupRequestAnswer,
  },
  changeSetup: {
    method: 'PATCH',
    path: '/api/nodes/{name}/setup',
    access: 'changeSetup',
    summary: 'Set the power restore policy, serial over LAN or the clock of the node’s BMC, once, with intent and outcome in the audit; read back',
    status: 202,
    body: bmcSetting,
    answer: contract.setupRequestAnswer,
  },
  readSetup: {
    method: 'GET',
    path: '/api/nodes/{name}/setup/{id}',
    access: 'readSetup',
    summary: 'What the BMC answered; waits up to 8 s for it, so ask again while the state is not done. Kept for ten minutes',
    status: 200,
    answer: contract.setupRequestAnswer,
  },

  startRecording: {
    method: 'POST',
    path: '/api/nodes/{name}/recording',
    access: 'recordRedfish',
    summary: 'Read the whole Redfish tree of the node, slowly, and mask who it belongs to; takes the place of an earlier recording',
    status: 202,
    answer: contract.recordingAnswer,
  },
  readRecording: {
    method: 'GET',
    path: '/api/nodes/{name}/recording',
    access: 'recordRedfish',
    summary: 'How far the recording is, or what is in it',
    status: 200,
    answer: contract.recordingAnswer,
  },
  stopRecording: {
    method: 'PATCH',
    path: '/api/nodes/{name}/recording',
    access: 'recordRedfish',
    summary: 'Stop the recording; what was read by then is kept',
    status: 200,
    body: contract.recordingStop,
    answer: contract.recordingAnswer,
  },
  removeRecording: { method: 'DELETE', path: '/api/nodes/{name}/recording', access: 'recordRedfish', summary: 'Forget the recording', status: 204 },
  downloadRecording: {
    method: 'GET',
    path: '/api/nodes/{name}/recording/file',
    access: 'recordRedfish',
    summary: 'The recording as gzipped JSON; simulator/main.ts --replay serves it',
    status: 200,
    mediaType: 'application/gzip',
  },

  listEvents: {
    method: 'GET',
    path: '/api/events',
    access: 'read',
    summary: 'Events of the whole fleet, newest first',
    status: 200,
    query: contract.eventQuery,
    answer: contract.eventList,
  },
  readEvent: { method: 'GET', path: '/api/events/{id}', access: 'read', summary: 'One event', status: 200, answer: contract.event },
  listNodeEvents: {
    method: 'GET',
    path: '/api/nodes/{name}/events',
    access: 'read',
    summary: 'Events of a node, newest first, and its logs as they were read last',
    status: 200,
    query: contract.nodeEventQuery,
    answer: contract.nodeEventList,
  },
  clearEvents: {
    method: 'POST',
    path: '/api/nodes/{name}/events/clear',
    access: 'clearLog',
    summary: 'Clear one log of the BMC, once; its entries are read first and kept here. The answer is an operation; an Idempotency-Key makes repeating safe',
    status: 202,
    body: contract.logClear,
    answer: contract.operationCreated,
  },
  readInventory: {
    method: 'GET',
    path: '/api/nodes/{name}/inventory',
    access: 'read',
    summary: 'What a node is made of, and what has changed',
    status: 200,
    answer: contract.inventoryAnswer,
  },
  readBios: {
    method: 'GET',
    path: '/api/nodes/{name}/bios',
    access: 'read',
    summary: "The settings of a node's BIOS, with those that wait for its next start",
    status: 200,
    answer: contract.biosAnswer,
  },
  readFleetInventory: {
    method: 'GET',
    path: '/api/inventory',
    access: 'read',
    summary: 'The parts of all nodes as a file of comma-separated values, a row each',
    status: 200,
    mediaType: 'text/csv',
  },

  createProbe: {
    method: 'POST',
    path: '/api/probes',
    access: 'editNodes',
    summary: 'Ask an address, or a node’s BMC, what it is',
    status: 202,
    body: contract.probeCreate,
    answer: contract.probeAnswer,
  },
  readProbe: { method: 'GET', path: '/api/probes/{id}', access: 'editNodes', summary: 'The answer of a probe', status: 200, answer: contract.probeAnswer },

  listOperations: {
    method: 'GET',
    path: '/api/operations',
    access: 'read',
    summary: 'Operations, newest first; of one node each with its step',
    status: 200,
    query: contract.operationQuery,
    answer: contract.operationList,
  },
  createOperation: {
    method: 'POST',
    path: '/api/operations',
    access: 'power',
    summary: 'Do something to a set of nodes, at most once each; an Idempotency-Key makes repeating the request safe',
    status: 202,
    body: contract.operationCreate,
    answer: contract.operationCreated,
  },
  readOperation: {
    method: 'GET',
    path: '/api/operations/{id}',
    access: 'read',
    summary: 'One operation, with its batches and what was asked for again of it',
    status: 200,
    answer: operationDetail,
  },
  listOperationNodes: {
    method: 'GET',
    path: '/api/operations/{id}/nodes',
    access: 'read',
    summary: 'The nodes of an operation folded, by the state of their steps',
    status: 200,
    answer: operationNodes,
  },
  listSteps: {
    method: 'GET',
    path: '/api/operations/{id}/steps',
    access: 'read',
    summary: 'The steps of an operation, a page at a time',
    status: 200,
    query: contract.stepQuery,
    answer: contract.stepList,
  },
  abortOperation: {
    method: 'POST',
    path: '/api/operations/{id}/abort',
    access: 'power',
    summary: 'Begin nothing more of it: what is on its way is read back, what waits ends as aborted',
    status: 200,
    answer: operation,
  },
  holdOperation: {
    method: 'POST',
    path: '/api/operations/{id}/hold',
    access: 'power',
    summary: 'Begin nothing more of it until it is continued',
    status: 200,
    answer: operation,
  },
  continueOperation: { method: 'POST', path: '/api/operations/{id}/continue', access: 'power', summary: 'Let a held operation go on', status: 200, answer: operation },
  retryOperation: {
    method: 'POST',
    path: '/api/operations/{id}/retry',
    access: 'power',
    summary: 'Ask again for steps that ended badly, or that an abort left over, as an operation of its own; an Idempotency-Key makes repeating safe',
    status: 202,
    body: contract.operationRetry,
    answer: contract.operationCreated,
  },

  readAudit: {
    method: 'GET',
    path: '/api/audit',
    access: 'readAudit',
    summary: 'Who did what, newest first; format=csv or jsonl (a JSON object a line) gives all rows as a file',
    status: 200,
    query: contract.auditQuery,
    answer: contract.auditList,
  },
  readAuditRow: {
    method: 'GET',
    path: '/api/audit/{seq}',
    access: 'readAudit',
    summary: 'One row of the audit, and the rows of the same operation or request',
    status: 200,
    answer: contract.auditRowAnswer,
  },
  readCheckpoint: {
    method: 'GET',
    path: '/api/audit/checkpoint',
    access: 'readAudit',
    summary: 'How far the audit is signed outside the database, where, and the public key that verifies it',
    status: 200,
    answer: contract.checkpointAnswer,
  },
  stream: {
    method: 'GET',
    path: '/api/stream',
    access: 'read',
    summary: 'Server-sent events: hello, nodes, removed, operation',
    status: 200,
    mediaType: 'text/event-stream',
  },

  me: { method: 'GET', path: '/api/me', access: 'signed-in', summary: 'Who is asking', status: 200, answer: contract.me },
  listUsers: { method: 'GET', path: '/api/users', access: 'manageUsers', summary: 'All people', status: 200, answer: contract.userList },
  changeUser: {
    method: 'PATCH',
    path: '/api/users/{id}',
    access: 'manageUsers',
    summary: 'Give a role, disable or enable; ends the person’s sessions',
    status: 200,
    body: contract.userPatch,
    answer: contract.user,
  },
  resetPassword: {
    method: 'POST',
    path: '/api/users/{id}/reset',
    access: 'manageUsers',
    summary: 'Make a link with which a person chooses a new password; using it ends the person’s sessions',
    status: 201,
    answer: contract.invitationCreated,
  },
  listInvitations: {
    method: 'GET',
    path: '/api/invitations',
    access: 'manageUsers',
    summary: 'Links not used yet',
    status: 200,
    answer: contract.invitationList,
  },
  createInvitation: {
    method: 'POST',
    path: '/api/invitations',
    access: 'manageUsers',
    summary: 'Invite a person; the link is shown once',
    status: 201,
    body: contract.invitationCreate,
    answer: contract.invitationCreated,
  },
  removeInvitation: { method: 'DELETE', path: '/api/invitations/{id}', access: 'manageUsers', summary: 'Take a link back', status: 204 },
  lookInvitation: {
    method: 'POST',
    path: '/api/invitations/look',
    access: 'anyone',
    summary: 'What is this link for?',
    status: 200,
    body: contract.invitationLookRequest,
    answer: contract.invitationLook,
  },
  acceptInvitation: {
    method: 'POST',
    path: '/api/invitations/accept',
    access: 'anyone',
    summary: 'Use an invitation or a reset link',
    status: 201,
    body: contract.invitationAccept,
    answer: contract.me,
  },
  claim: {
    method: 'POST',
    path: '/api/claim',
    access: 'anyone',
    summary: 'Make the first administrator, with the link that the start printed',
    status: 201,
    body: contract.claim,
    answer: contract.me,
  },
  ...tokensRoutes,
  readSettings: { method: 'GET', path: '/api/settings', access: 'read', summary: 'Settings of the site', status: 200, answer: contract.settings },
  changeSettings: {
    method: 'PATCH',
    path: '/api/settings',
    access: 'manageSettings',
    summary: 'Change settings of the site',
    status: 200,
    body: contract.settingsPatch,
    answer: contract.settings,
  },

  ...alertsRoutes,
  ...imagesRoutes,

  csrfToken: { method: 'GET', path: '/api/auth/csrf', access: 'anyone', summary: 'The token that sign-in and sign-out need', status: 200 },
  signIn: { method: 'POST', path: '/api/auth/callback/credentials', access: 'anyone', summary: 'Sign in, by form', status: 200 },
  signOut: { method: 'POST', path: '/api/auth/signout', access: 'anyone', summary: 'Sign out, by form', status: 200 },
} as const satisfies Record<string, Route>

export const usualBodyLimitBytes = 1024 * 1024

/** How long the body of a request to this route may be. */
export const bodyLimitOf = (route: Route): number => route.bodyLimitBytes ?? usualBodyLimitBytes

export type RouteId = keyof typeof routes

const segment = (part: string) => (part.startsWith('{') ? '[^/]+' : part.replace(/[.]/g, '\\.'))

/** Literal paths come before those with a parameter, so that `/api/invitations/look` is not an id. */
const patterns = [...new Set(Object.values(routes).map((route) => route.path))]
  .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
  .map((path) => ({ path, pattern: new RegExp(`^${path.split('/').map(segment).join('/')}$`) }))

const find = (pathname: string) => patterns.find(({ pattern }) => pattern.test(pathname))

/** How long a body may be that is sent to this path, by whichever method. */
export function longestBody(pathname: string): number {
  const path = find(pathname)?.path
  return Math.max(usualBodyLimitBytes, ...Object.values<Route>(routes).filter((route) => route.path === path).map(bodyLimitOf))
}

/** The methods that a path under /api has, HEAD with GET; null when there is no such path. Pure; `pathname` has no query. */
export function methodsOf(pathname: string): string[] | null {
  const found = find(pathname)
  if (found === undefined) return null
  const methods = Object.values(routes)
    .filter((route) => route.path === found.path)
    .map((route) => route.method)
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods
}
