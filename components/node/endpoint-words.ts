'use client'

import { useTranslations } from 'next-intl'
import type { Endpoint } from '#lib/domain/bmc.ts'

/** As people write them. */
export const protocolNames = { redfish: 'Redfish', ipmi: 'IPMI' } as const

/** A protocol in words: `Redfish 1.13`, `IPMI 2.0, suite 17`, `IPMI: not there`, `Redfish: certificate changed`. */
export function useEndpointWords(): (endpoint: Endpoint) => string {
  const t = useTranslations('node.bmc')
  const failure = useTranslations('failure')
  return ({ protocol, state, facts, failure: why }) => {
    if (state === 'absent') return t('absent', { protocol: protocolNames[protocol] })
    if (state === 'failed' && why !== null) {
      const reason = why.kind === 'unreachable' ? failure('short.unreachableNever') : failure(`short.${why.kind}`)
      return t('failed', { protocol: protocolNames[protocol], reason })
    }
    if (protocol === 'redfish') return facts.version === undefined ? t('redfishBare') : t('redfish', { version: facts.version })
    if (facts.version === undefined || facts.cipherSuiteId === undefined) return t('ipmiBare')
    return t('ipmi', { version: facts.version, suite: facts.cipherSuiteId })
  }
}
