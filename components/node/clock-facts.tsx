'use client'

import { useTranslations } from 'next-intl'
import { looksLikeZone, toClockState, type BmcClock } from '#lib/domain/bmc-clock.ts'
import type { Endpoint } from '#lib/domain/bmc.ts'
import { useClockWords } from './clock-words.ts'
import { protocolNames } from './endpoint-words.ts'

export const isClockRead = (endpoints: readonly Endpoint[]) => endpoints.some(({ facts }) => facts.clock !== undefined)

/** The BMC's clock beside ours, and what to do where it is off; by each protocol where the two do not say the same. */
export function ClockFacts({ endpoints }: { endpoints: readonly Endpoint[] }) {
  const words = useClockWords()
  const told = endpoints.flatMap(({ protocol, facts: { clock } }) => (clock === undefined ? [] : [{ protocol, clock, text: words(clock) }]))
  const isOneText = new Set(told.map(({ text }) => text)).size === 1
  return (
    <span className="flex flex-col">
      {(isOneText ? told.slice(0, 1) : told).map(({ protocol, clock, text }) => (
        <ClockLine key={protocol} clock={clock} text={isOneText ? text : `${protocolNames[protocol]}: ${text}`} />
      ))}
    </span>
  )
}

function ClockLine({ clock, text }: { clock: BmcClock | null; text: string }) {
  const t = useTranslations('node.clock')
  if (clock === null) return <span className="text-faint">{text}</span>
  if (toClockState(clock) === 'right') return <span>{text}</span>
  return (
    <>
      <span className="text-warning">{text}</span>
      <span className="text-label text-muted">{looksLikeZone(clock) ? t('mendZone') : t('mend')}</span>
    </>
  )
}
