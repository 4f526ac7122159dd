'use client'

import { useTranslations } from 'next-intl'
import { toScopeKey, type PlaceScope } from '#lib/domain/power-total.ts'
import type { PowerTotal } from '#lib/domain/power-total-shape.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { Age } from '../ui/age.tsx'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { TotalWords } from './total-words.tsx'
import { toAddress, type View } from './view.ts'

export type ScopeTotal = { scope: PlaceScope; total: PowerTotal }

/** A reading so old is amber: two sweeps were missed. */
const oldMs = 120_000

/** The fleet's total, then those of groups and racks; a name leads to its curve. */
export function TotalTable({ totals, view }: { totals: readonly ScopeTotal[]; view: View }) {
  const t = useTranslations('totals')
  return (
    <Table aria-label={t('title')}>
      <thead>
        <tr>
          <HeadCell>{t('of')}</HeadCell>
          <HeadCell numeric>{t('draw')}</HeadCell>
          <HeadCell numeric className="max-sm:hidden">
            {t('told')}
          </HeadCell>
          <HeadCell numeric className="max-sm:pr-5">
            {t('silent')}
          </HeadCell>
          <HeadCell numeric className="max-sm:hidden">
            {t('off')}
          </HeadCell>
          <HeadCell numeric className="max-lg:pr-5 max-sm:hidden">
            {t('oldest')}
          </HeadCell>
          <HeadCell numeric className="max-lg:hidden">
            {t('caps')}
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {totals.map(({ scope, total }) => (
          <TotalRow key={toScopeKey(scope)} scope={scope} total={total} view={view} />
        ))}
      </tbody>
    </Table>
  )
}

function TotalRow({ scope, total, view }: ScopeTotal & { view: View }) {
  const t = useTranslations('totals')
  const isShown = toScopeKey(scope) === toScopeKey(view.scope)
  return (
    <Row selected={isShown}>
      <th scope="row" className="max-w-56 truncate pr-3 pl-5 text-left font-normal">
        <Link href={toAddress({ ...view, scope })} prefetch={false} aria-current={isShown ? 'true' : undefined}>
          {scope.kind === 'fleet' ? t('fleet') : scope.name}
        </Link>
        {scope.kind !== 'fleet' && <span className="ml-2 text-label text-faint">{t(`kind.${scope.kind}`)}</span>}
      </th>
      <Cell numeric className="whitespace-nowrap">
        <TotalWords total={total} />
      </Cell>
      <Cell numeric className="whitespace-nowrap text-muted max-sm:hidden">
        {t('toldOf', { told: total.told, nodes: total.nodes })}
      </Cell>
      <Cell numeric className={cx('max-sm:pr-5', total.silent > 0 ? 'text-warning' : 'text-faint')}>
        {total.silent}
      </Cell>
      <Cell numeric className="text-muted max-sm:hidden">
        {total.off}
      </Cell>
      <Cell numeric className="max-lg:pr-5 max-sm:hidden">
        {total.oldestAt === null ? <span className="text-faint">{t('untold')}</span> : <Age at={total.oldestAt} staleAfterMs={oldMs} />}
      </Cell>
      <Cell numeric className="whitespace-nowrap text-muted max-lg:hidden">
        {total.capped === 0 ? <span className="text-faint">{t('untold')}</span> : t('capsOf', { watts: toPowerText(total.capWatts), count: total.capped })}
      </Cell>
    </Row>
  )
}
