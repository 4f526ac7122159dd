'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { nodesQuery } from '#lib/api/queries.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { Link } from '../ui/link.tsx'
import { EmptyState } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { groupVersions, toFleetAddress, type ModelVersions, type VersionOf } from './versions.ts'

/** Which nodes run which BIOS and which BMC firmware, by model: what was read with each node's identity. */
export function FleetVersions() {
  const t = useTranslations('firmware')
  const { data } = useQuery(nodesQuery())
  if (data === undefined) return null
  if (data.nodes.length === 0) return <EmptyState title={t('fleet.empty')} />
  return (
    <div className="grid content-start lg:grid-cols-2 lg:divide-x">
      {(['bios', 'bmc'] as const).map((of) => (
        <Versions key={of} of={of} nodes={data.nodes} />
      ))}
    </div>
  )
}

function Versions({ of, nodes }: { of: VersionOf; nodes: Parameters<typeof groupVersions>[0] }) {
  const t = useTranslations('firmware')
  const models = useMemo(() => groupVersions(nodes, of), [nodes, of])
  return (
    <section aria-labelledby={`versions-${of}`} className="min-w-0 border-b">
      <h2 id={`versions-${of}`} className="px-5 pt-4 pb-2 text-label text-muted">
        {t(`fleet.${of}`)}
      </h2>
      <Table aria-labelledby={`versions-${of}`}>
        <thead>
          <tr>
            <HeadCell>{t('column.version')}</HeadCell>
            <HeadCell numeric>{t('fleet.count')}</HeadCell>
            <HeadCell>{t('fleet.nodes')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <Model key={one.model ?? ''} of={of} one={one} />
          ))}
        </tbody>
      </Table>
    </section>
  )
}

function Model({ of, one: { model, nodes, versions } }: { of: VersionOf; one: ModelVersions }) {
  const t = useTranslations('firmware')
  return (
    <>
      <tr className="border-b">
        <th colSpan={3} scope="rowgroup" className="px-5 pt-3 pb-1 text-left font-medium break-words">
          {model ?? t('fleet.noModel')} <span className="text-label font-normal text-faint">{nodes}</span>
        </th>
      </tr>
      {versions.map(({ version, nodes: names }) => (
        <Row key={version ?? ''} className="align-baseline">
          <Cell className="py-1.5 break-all">
            {version === null ? <span className="text-faint">{t('fleet.untold')}</span> : <Link href={toFleetAddress(of, model, version)}>{version}</Link>}
          </Cell>
          <Cell numeric className="py-1.5">
            {names.length}
          </Cell>
          <Cell className="w-1/2 py-1.5 font-mono break-words text-muted">{foldNames(names)}</Cell>
        </Row>
      ))}
    </>
  )
}
