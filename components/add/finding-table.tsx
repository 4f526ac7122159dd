'use client'

import { useTranslations } from 'next-intl'
import type { ScanFinding } from '#lib/api/nodes-contract.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { boxStyle } from '../ui/text-field.tsx'

type FindingTableProps = {
  findings: readonly ScanFinding[]
  ticked: ReadonlySet<string>
  /** The names of the ticked ones. */
  names: ReadonlyMap<string, string>
  onTick: (ticked: ReadonlySet<string>) => void
  onName: (address: string, name: string) => void
}

/** The BMCs that answered. One that is a node already cannot be ticked; one that only looks like a node can. */
export function FindingTable({ findings, ticked, names, onTick, onName }: FindingTableProps) {
  const t = useTranslations('add')
  const fresh = findings.filter(({ node }) => node === null)
  const tickedFresh = fresh.filter(({ address }) => ticked.has(address)).length
  const turn = (address: string) => {
    const next = new Set(ticked)
    if (!next.delete(address)) next.add(address)
    onTick(next)
  }
  return (
    <Table aria-label={t('findings')}>
      <thead>
        <tr>
          <HeadCell className="w-10">
            <Checkbox
              aria-label={t('tickAll')}
              title={t('tickAll')}
              checked={fresh.length > 0 && tickedFresh === fresh.length}
              mixed={tickedFresh > 0 && tickedFresh < fresh.length}
              disabled={fresh.length === 0}
              onChange={() => onTick(tickedFresh === fresh.length ? new Set() : new Set(fresh.map(({ address }) => address)))}
            />
          </HeadCell>
          <HeadCell>{t('address')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('speaks')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('whatItIs')}</HeadCell>
          <HeadCell>{t('node')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding) => (
          <FindingRow key={finding.address} finding={finding} name={names.get(finding.address)} onTurn={turn} onName={onName} />
        ))}
      </tbody>
    </Table>
  )
}

type FindingRowProps = { finding: ScanFinding; name: string | undefined; onTurn: (address: string) => void; onName: (address: string, name: string) => void }

function FindingRow({ finding, name, onTurn, onName }: FindingRowProps) {
  const t = useTranslations('add')
  const { address, redfish, ipmi, node, likely } = finding
  const speaks = [redfish === null ? null : `Redfish ${redfish.version ?? ''}`.trim(), ipmi === null ? null : ipmi.supportsIpmi20 === false ? 'IPMI 1.5' : 'IPMI 2.0'].filter((one) => one !== null)
  return (
    <Row selected={name !== undefined}>
      <Cell>
        <Checkbox aria-label={t('tick', { address })} checked={name !== undefined} disabled={node !== null} onChange={() => onTurn(address)} />
      </Cell>
      <Cell className={cx('font-mono', node !== null && 'text-muted')}>{address}</Cell>
      <Cell className="text-muted max-sm:hidden">{speaks.join(', ')}</Cell>
      <Cell className="max-sm:hidden">
        <span className="break-words">{toTitle(redfish)}</span>
      </Cell>
      <Cell>
        {node !== null && (
          <span className="text-muted">
            {t('already')} <NodeLink name={node} />
          </span>
        )}
        {name !== undefined && (
          <input
            aria-label={t('nameOf', { address })}
            value={name}
            onChange={(event) => onName(address, event.target.value)}
            autoComplete="off"
            spellCheck={false}
            maxLength={63}
            className={cx(boxStyle, 'my-0.5 h-7 max-w-48 font-mono')}
          />
        )}
        {likely !== null && (
          <span className="text-warning">
            {t('likely')} <NodeLink name={likely} />
          </span>
        )}
      </Cell>
    </Row>
  )
}

/** Some makers begin their product's name with their own. */
function toTitle(redfish: ScanFinding['redfish']): string {
  const { vendor = '', product = '' } = redfish ?? {}
  return (product.startsWith(vendor) ? product : `${vendor} ${product}`).trim()
}

const NodeLink = ({ name }: { name: string }) => (
  <Link href={`/nodes/${encodeURIComponent(name)}`} prefetch={false} className="font-mono">
    {name}
  </Link>
)
