'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { probeQuery } from '#lib/api/queries.ts'
import type { Endpoint, ProbeResult } from '#lib/domain/bmc.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { serverNow, useNow } from '../ui/clock.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { Skeleton } from '../ui/states.tsx'
import { ClockFacts, isClockRead } from './clock-facts.tsx'
import { useEndpointWords } from './endpoint-words.ts'
import { FailureWords } from './failure-words.tsx'
import { Pairs } from './pairs.tsx'

/** A conductor answers within 10 s; beyond this nobody seems to be there. */
const patienceSeconds = 15

/** What a probe found at an address, or why it found nothing. */
export function ProbeFindings({ id, address }: { id: string; address: string }) {
  const t = useTranslations('node.add')
  const words = useErrorWords()
  const [startedAt] = useState(serverNow)
  const now = useNow()
  const { data, error } = useQuery(probeQuery(id))
  if (data?.state === 'done' && data.result !== null) return <Result result={data.result} />
  if (error !== null) return <p className="text-critical">{words(error)}</p>
  if (now - startedAt > patienceSeconds * 1000) return <p className="text-warning">{t('tooLong', { seconds: patienceSeconds })}</p>
  return (
    <div role="status" className="flex flex-col gap-3">
      <p className="text-muted">{t('testing', { address })}</p>
      <Skeleton className="w-64" />
      <Skeleton className="w-48" />
    </div>
  )
}

function Result({ result }: { result: ProbeResult }) {
  const t = useTranslations('node.add')
  const works = result.endpoints.some(({ state }) => state === 'ok')
  const { identity } = result
  const certificate = result.endpoints.find(({ facts }) => facts.certificate !== undefined)?.facts.certificate
  return (
    <div role="status" className="flex flex-col gap-3">
      <p className="flex items-center gap-2 font-medium">
        <HealthMark level={works ? 'ok' : 'critical'} />
        {works ? t('found') : t('foundNothing')}
      </p>
      {works && (
        <Pairs
          rows={[
            [t('maker'), identity.manufacturer],
            [t('model'), identity.model],
            [t('serial'), identity.serial],
            [t('firmware'), identity.bmcFirmware],
            [t('clock'), isClockRead(result.endpoints) ? <ClockFacts key="clock" endpoints={result.endpoints} /> : undefined],
            [t('fingerprint'), certificate],
          ]}
          mono={[t('serial'), t('firmware'), t('fingerprint')]}
        />
      )}
      <ul className="flex flex-col gap-2">
        {result.endpoints.map((endpoint) => (
          <EndpointFinding key={endpoint.protocol} endpoint={endpoint} />
        ))}
      </ul>
      {!works && result.failure !== null && result.endpoints.every(({ failure }) => failure === null) && <FailureWords failure={result.failure} />}
    </div>
  )
}

function EndpointFinding({ endpoint }: { endpoint: Endpoint }) {
  const words = useEndpointWords()
  if (endpoint.state === 'absent' && endpoint.failure === null) return <li className="text-faint">{words(endpoint)}</li>
  return (
    <li className="flex items-baseline gap-2.5">
      <HealthMark level={endpoint.state === 'ok' ? 'ok' : endpoint.state === 'absent' ? 'unknown' : 'warning'} className="self-start mt-1" />
      <div className="min-w-0">
        <p>{words(endpoint)}</p>
        {endpoint.failure !== null && <FailureWords failure={endpoint.failure} className="text-muted" />}
      </div>
    </li>
  )
}
