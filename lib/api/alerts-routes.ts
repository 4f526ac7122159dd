import * as alerts from './alerts-contract.ts'
import { nodesPatched } from './nodes-contract.ts'
import type { Route } from './routes.ts'

/** The doors of alerts. */
export const alertsRoutes = {
  listAlerts: {
    method: 'GET',
    path: '/api/alerts',
    access: 'read',
    summary: 'What fires now, and what was over in the last day',
    status: 200,
    answer: alerts.alertList,
  },
  countAlerts: { method: 'GET', path: '/api/alerts/count', access: 'read', summary: 'How many alerts fire', status: 200, answer: alerts.alertCount },

  listAlertRules: { method: 'GET', path: '/api/alert-rules', access: 'read', summary: 'The rules by which alerts fire', status: 200, answer: alerts.alertRuleList },
  createAlertRule: {
    method: 'POST',
    path: '/api/alert-rules',
    access: 'manageAlerts',
    summary: 'Watch a noderange for a condition, and tell receivers of it',
    status: 201,
    body: alerts.alertRuleCreate,
    answer: alerts.alertRuleAnswer,
  },
  changeAlertRule: {
    method: 'PATCH',
    path: '/api/alert-rules/{id}',
    access: 'manageAlerts',
    summary: 'Change a rule; one that is switched off has no alerts',
    status: 200,
    body: alerts.alertRulePatch,
    answer: alerts.alertRuleAnswer,
  },
  removeAlertRule: { method: 'DELETE', path: '/api/alert-rules/{id}', access: 'manageAlerts', summary: 'Remove a rule with its alerts', status: 204 },

  listReceivers: {
    method: 'GET',
    path: '/api/receivers',
    access: 'manageAlerts',
    summary: 'Who is told of alerts, and how the last deliveries went. Addresses of webhooks and passwords are never told',
    status: 200,
    answer: alerts.receiverList,
  },
  createReceiver: {
    method: 'POST',
    path: '/api/receivers',
    access: 'manageAlerts',
    summary: 'Add a webhook (JSON, Slack, Feishu, DingTalk) or a mail server; its secrets leave sealed to the conductor',
    status: 201,
    body: alerts.receiverCreate,
    answer: alerts.receiverAnswer,
  },
  changeReceiver: {
    method: 'PATCH',
    path: '/api/receivers/{id}',
    access: 'manageAlerts',
    summary: 'Change a receiver; another server or user, and going without TLS, need the secret again',
    status: 200,
    body: alerts.receiverPatch,
    answer: alerts.receiverAnswer,
  },
  removeReceiver: { method: 'DELETE', path: '/api/receivers/{id}', access: 'manageAlerts', summary: 'Remove a receiver with its secrets, and from the rules that tell it', status: 204 },
  testReceiver: {
    method: 'POST',
    path: '/api/receivers/{id}/test',
    access: 'manageAlerts',
    summary: 'Send a test message, once; how it went is at the receiver',
    status: 202,
    answer: alerts.receiverTested,
  },

  listSilences: { method: 'GET', path: '/api/silences', access: 'read', summary: 'Silences in force', status: 200, answer: alerts.silenceList },
  createSilence: {
    method: 'POST',
    path: '/api/silences',
    access: 'silence',
    summary: 'Tell nobody of the alerts of a noderange until a moment, at most a year away',
    status: 201,
    body: alerts.silenceCreate,
    answer: alerts.silenceAnswer,
  },
  endSilence: { method: 'DELETE', path: '/api/silences/{id}', access: 'silence', summary: 'End a silence; what still fires is told', status: 204 },

  beginMaintenance: {
    method: 'POST',
    path: '/api/maintenance',
    access: 'silence',
    summary: 'Note that somebody works at nodes: nobody is alerted of them, and everything else is possible as ever',
    status: 200,
    body: alerts.maintenanceBegin,
    answer: nodesPatched,
  },
  endMaintenance: {
    method: 'POST',
    path: '/api/maintenance/end',
    access: 'silence',
    summary: 'Nobody works at these nodes any more',
    status: 200,
    body: alerts.maintenanceEnd,
    answer: nodesPatched,
  },
} as const satisfies Record<string, Route>
