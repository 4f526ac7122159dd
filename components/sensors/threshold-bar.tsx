'use client'

import { useTranslations } from 'next-intl'
import type { Sensor } from '#lib/domain/sensor.ts'
import { toReadingText } from '#lib/domain/words.ts'
import { cx } from '../ui/class-names.ts'
import { toScale } from './scale.ts'

const zoneColour = { warning: 'bg-warning/55', critical: 'bg-critical/55' } as const
const limitNames = ['lowerFatal', 'lowerCritical', 'lowerCaution', 'upperCaution', 'upperCritical', 'upperFatal'] as const

/** Where a reading stands between its thresholds: the tick is the reading, the coloured ends are caution and critical. */
export function ThresholdBar({ sensor, peerMax, className }: { sensor: Sensor; peerMax?: number; className?: string }) {
  const words = useLimitWords()(sensor)
  const { zones, tick } = toScale(sensor, peerMax)
  return (
    <span role="img" aria-label={words} title={words} className={cx('relative block h-1.5 rounded-sm bg-track', className)}>
      <span className="absolute inset-0 overflow-hidden rounded-sm">
        {zones.map(({ from, to, level }) => (
          <span key={`${level}${from}`} className={cx('absolute inset-y-0', zoneColour[level])} style={{ left: `${from * 100}%`, right: `${(1 - to) * 100}%` }} />
        ))}
      </span>
      {tick !== null && <span className="absolute -inset-y-[3px] w-0.5 -translate-x-1/2 rounded-sm bg-text" style={{ left: `${tick * 100}%` }} />}
    </span>
  )
}

/** The thresholds of a sensor in words: `caution from 88 °C, critical from 95 °C`. */
export function useLimitWords(): (sensor: Pick<Sensor, 'thresholds' | 'unit'>) => string {
  const t = useTranslations('sensors.bar')
  return ({ thresholds, unit }) => {
    const told = limitNames.flatMap((name) => {
      const limit = thresholds[name]
      if (limit === undefined) return []
      const level = t(name.slice(5) as 'Caution' | 'Critical' | 'Fatal')
      return [t(name.startsWith('upper') ? 'upper' : 'lower', { level, limit: toReadingText(limit, unit) })]
    })
    return told.length === 0 ? t('noLimits') : told.join(', ')
  }
}
