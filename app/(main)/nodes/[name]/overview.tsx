'use client'

import { useTranslations } from 'next-intl'
import { useSearchParams } from 'next/navigation'
import { History } from '#components/chart/history.tsx'
import { RangeSwitch } from '#components/chart/range-switch.tsx'
import { putRange, ranges, toRange } from '#components/chart/range.ts'
import { LatestEvents } from '#components/events/latest-events.tsx'
import { useHardwareRows } from '#components/inventory/hardware-rows.ts'
import { Deeds } from '#components/node/deeds.tsx'
import { BmcFacts, IdentityFacts, PlaceFacts } from '#components/node/facts.tsx'
import { MediaCard } from '#components/node/media-card.tsx'
import { useNode } from '#components/node/use-node.ts'
import { MediaButtons } from '#components/operations/media-buttons.tsx'
import { OverviewSensors, OverviewSupplies } from '#components/sensors/overview-sensors.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import { Link } from '#components/ui/link.tsx'
import type { NodeDetail, SensorList } from '#lib/api/contract.ts'

/** How it has been, how it is, what happened, what it is. */
export function Overview({ node: first, sensors }: { node: NodeDetail; sensors: SensorList }) {
  const t = useTranslations('node.tabs')
  const words = useTranslations('inventory')
  const history = useTranslations('node.history')
  const { role } = useUser()
  const node = useNode(first)
  const silent = node.bmc.state !== 'ok'
  const made = useHardwareRows(node.name)
  const hours = toRange(useSearchParams().get('hours'))
  return (
    <section aria-label={t('overview')} className="grid flex-1 content-start lg:grid-cols-3 lg:content-stretch lg:divide-x">
      <div className="min-w-0">
        <RangeSwitch label={history('range')} ranges={ranges} hours={hours} nameOf={(range) => history(`hours.${range}`)} onChoose={putRange} />
        <History node={node.name} kind="power" hours={hours} />
        <History node={node.name} kind="temperature" hours={hours} />
        <OverviewSupplies node={node.name} silent={silent} first={sensors} />
      </div>
      <div className="min-w-0 max-lg:border-t">
        <OverviewSensors node={node.name} silent={silent} first={sensors} />
        {node.capabilities?.media !== undefined && node.capabilities.media.can !== false && <MediaCard name={node.name} actions={<MediaButtons target={node} role={role} />} />}
        <LatestEvents node={node.name} />
        <Deeds name={node.name} />
      </div>
      <div className="min-w-0 max-lg:border-t">
        <IdentityFacts
          node={node}
          made={made}
          end={<Link href={`/nodes/${encodeURIComponent(node.name)}/inventory`}>{words('link')}</Link>}
        />
        <BmcFacts node={node} />
        <PlaceFacts node={node} role={role} />
      </div>
    </section>
  )
}
