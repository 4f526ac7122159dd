'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useRef } from 'react'
import { redfishKey, redfishQuery } from '#lib/api/redfish.ts'
import { addressIn, toAsked, toHref } from './address.ts'
import { AddressBar } from './address-bar.tsx'
import { Answer } from './answer.tsx'
import { ChangeButton } from './change-button.tsx'
import { Failure } from './failure.tsx'
import { GoProvider } from './local-link.tsx'
import { RecordingButton } from './recording-button.tsx'
import { Waiting } from './waiting.tsx'

type BrowserProps = { node: string; /** `host:port`. */ bmc: string; mayChange: boolean; mayRecord: boolean }

/** A node's Redfish service, resource by resource, as the BMC tells it. What is shown stands in the page's address. */
export function RedfishBrowser({ node, bmc, mayChange, mayRecord }: BrowserProps) {
  const address = addressIn(useSearchParams())
  const { path, pointer } = toAsked(address)
  const { data, error, isFetching, dataUpdatedAt, refetch } = useQuery(redfishQuery(node, path))
  const tops = useRef(new Map<string, number>())
  const client = useQueryClient()
  /** To another resource, as an entry of the browser's history; the page itself stays. What is gone to is asked anew, what is gone back to is not. */
  const go = (to: string) => {
    const next = toAsked(to).path
    tops.current.delete(to)
    if (next !== path) client.removeQueries({ queryKey: [...redfishKey(node), next], exact: true })
    window.history.pushState(null, '', toHref(window.location.pathname, to))
  }
  const reload = () => void refetch()
  const failure = error ?? data?.failure ?? null
  return (
    <GoProvider value={go}>
      <AddressBar address={address} isReading={isFetching} onReload={reload} actions={mayRecord ? <RecordingButton node={node} /> : undefined} />
      {failure !== null && !isFetching && <Failure failure={failure} address={bmc} onRetry={reload} />}
      {(data === undefined || failure !== null) && isFetching && <Waiting key={path} />}
      {data?.answer != null && failure === null && (
        <Answer
          key={`${address} ${dataUpdatedAt}`}
          answer={data.answer}
          at={data.answeredAt ?? new Date(dataUpdatedAt).toISOString()}
          pointer={pointer}
          actions={mayChange ? <ChangeButton node={node} path={path} answer={data.answer} /> : undefined}
          address={address}
          tops={tops}
        />
      )}
    </GoProvider>
  )
}
