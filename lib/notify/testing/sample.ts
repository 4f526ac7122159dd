import type { AlertMessage } from '#lib/domain/alert-message.ts'
import type { MessageLanguage } from '#lib/domain/receiver.ts'
import type { Outgoing } from '../outlet.ts'

/** Three BMCs that fell silent, one of them with a name that would be markup elsewhere. */
export const sample: AlertMessage = {
  kind: 'firing',
  rule: { id: '6f1c2d3e-0000-4000-8000-000000000001', name: 'BMC silent <@all> & co', level: 'critical' },
  nodes: ['n1', 'n2', 'n3'],
  range: 'n[1-3]',
  count: 12,
  alerts: [
    { node: 'n1', since: '2026-11-30T12:00:00.000Z', isFlapping: false, evidence: { kind: 'silent', failure: 'unreachable', address: '10.0.0.1:623', seenAt: null } },
    { node: 'n2', since: '2026-11-30T12:00:00.000Z', isFlapping: true, evidence: { kind: 'sensor', name: '<!channel> *Inlet*', reading: 41.5, unit: '°C', more: 2 } },
    {
      node: 'n3',
      since: '2026-11-30T12:00:00.000Z',
      isFlapping: false,
      evidence: { kind: 'health', level: 'critical', reasons: [{ level: 'critical', code: 'above-critical', part: 'CPU 1', reading: 95, limit: 90, unit: '°C' }] },
    },
  ],
}

export const toOutgoing = (message: AlertMessage, language: MessageLanguage = 'en'): Outgoing => ({
  id: '0b0f3b1e-1111-4000-8000-000000000002',
  at: new Date('2026-11-30T12:00:00Z'),
  language,
  site: 'https://baseboard.example.org',
  message,
})
