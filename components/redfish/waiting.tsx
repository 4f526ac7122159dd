'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Skeleton } from '../ui/states.tsx'

const slowAfterSeconds = 2
const widths = ['w-40', 'w-64', 'w-52', 'w-80', 'w-44', 'w-60', 'w-72', 'w-36']

/** The BMC is being asked. Some need 8 s for one resource: after a moment the seconds are told. */
export function Waiting() {
  const t = useTranslations('redfish')
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((old) => old + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div aria-busy="true" className="flex flex-1 flex-col gap-3 px-5 py-4">
      <output className="min-h-5 text-muted">{seconds >= slowAfterSeconds ? t('waiting', { seconds }) : ''}</output>
      {widths.map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  )
}
