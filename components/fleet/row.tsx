'use client'

import { Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import NextLink from 'next/link'
import { memo, type ChangeEvent, type CSSProperties } from 'react'
import type { HealthLevel } from '#lib/domain/health.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import type { Maintenance } from '#lib/domain/silence.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { toReadingText } from '#lib/domain/words.ts'
import { Age } from '../ui/age.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { cx } from '../ui/class-names.ts'
import { HealthMark, PowerMark } from '../ui/marks.tsx'
import { HealthWords } from './health-words.tsx'
import { cellStyle, rowGrid } from './layout.ts'

type RowProps = {
  node: Node
  /** What may be said of it now: plain values, so that a tick of the clock re-renders only rows for which it changes something. */
  power: PowerState
  level: HealthLevel
  index: number
  top: number
  wattScale: number
  selected: boolean
  onToggle: (id: string, range: boolean) => void
}

const heat: Record<HealthLevel, string> = { ok: 'text-text', unknown: 'text-faint', warning: 'text-warning', critical: 'text-critical' }

function MaintenanceMark({ maintenance: { reason, by } }: { maintenance: Maintenance }) {
  const t = useTranslations('fleet')
  const words = t('maintenance', { reason, name: by })
  return (
    <span role="img" aria-label={words} title={words} className="shrink-0 text-info">
      <Wrench size={13} aria-hidden />
    </span>
  )
}

/** One node. Rendered again only when its node, or what may be said of it, has changed. */
export const FleetRow = memo(function FleetRow({ node, power, level, index, top, wattScale, selected, onToggle }: RowProps) {
  const t = useTranslations('fleet')
  const tPower = useTranslations('powerState')
  const dim = level === 'unknown'
  const { manufacturer, model } = node.identity
  // React makes a checkbox's change of its click, which knows the shift key.
  const toggle = (event: ChangeEvent<HTMLInputElement>) => onToggle(node.id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-node={node.id}
      className={cx(rowGrid, 'group absolute inset-x-0 h-14 border-b sm:h-8.5', selected ? 'bg-selected' : 'focus-within:bg-hover hover:bg-hover')}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="cell" className={cellStyle.check}>
        <Checkbox checked={selected} aria-label={t('select.node', { name: node.name })} onChange={toggle} className="max-sm:justify-center" />
      </div>
      <div role="rowheader" className={cellStyle.name}>
        <NextLink
          href={`/nodes/${encodeURIComponent(node.name)}`}
          prefetch={false}
          title={node.name}
          data-row-link
          className="block truncate rounded-sm font-mono font-medium group-hover:underline max-sm:static max-sm:after:absolute max-sm:after:inset-0"
        >
          {node.name}
        </NextLink>
      </div>
      <div role="cell" className={cellStyle.rack} title={node.rack ?? undefined}>
        {node.rack}
        {node.position !== null && <span className="text-faint"> {t('unit', { position: node.position })}</span>}
      </div>
      <div role="cell" className={cx(cellStyle.power, power === 'unknown' && 'text-faint', power === 'off' && 'text-muted')}>
        <PowerMark state={power} />
        <span className="truncate">{tPower(power)}</span>
      </div>
      <div role="cell" className={cx(cellStyle.health, level === 'ok' || dim ? 'text-muted' : 'text-text')}>
        <HealthMark level={level} />
        {node.maintenance !== undefined && <MaintenanceMark maintenance={node.maintenance} />}
        <span className="truncate" title={node.bmc.failure?.text}>
          <HealthWords node={node} level={level} />
        </span>
      </div>
      <div role="cell" className={cx(cellStyle.model, dim && 'text-muted')} title={[manufacturer, model].filter(Boolean).join(' ')}>
        {model ?? (manufacturer === undefined ? <span className="text-faint">{t('figures.none')}</span> : null)}
        {manufacturer !== undefined && <span className="text-faint"> {manufacturer}</span>}
      </div>
      <div role="cell" className={cellStyle.bmc} title={node.bmc.address}>
        {node.bmc.address}
      </div>
      <div role="cell" className={cx(cellStyle.hottest, dim || node.hottest === null ? 'text-faint' : heat[node.hottest.health])} title={node.hottest?.name}>
        {dim || node.hottest === null ? t('figures.none') : toReadingText(node.hottest.reading, '°C')}
      </div>
      <div role="cell" className={cellStyle.watts}>
        <span className={cx('w-16 text-right', (dim || node.watts === null) && 'text-faint')}>
          {dim || node.watts === null ? t('figures.none') : toReadingText(Math.round(node.watts), 'W')}
        </span>
        <span aria-hidden className="bar w-16 max-lg:hidden" style={{ '--fill': dim ? 0 : (node.watts ?? 0) / wattScale } as CSSProperties} />
      </div>
      <div role="cell" className={cellStyle.seen}>
        <Age at={node.seenAt} staleAfterMs={staleAfterMs.power} />
      </div>
    </div>
  )
})
