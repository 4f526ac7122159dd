'use client'

import { Check, CircleQuestionMark, Minus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Fragment } from 'react'
import type { Capabilities } from '#lib/domain/bmc.ts'
import type { Part } from '#lib/domain/inventory.ts'
import { resetTypes } from '#lib/domain/reset-rules.ts'
import { cx } from '../ui/class-names.ts'
import { useReasonWords } from '../operations/reason-words.ts'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { toGroups, type Row as Capable, type RowName } from './rows.ts'
import { useValueWords, type Value } from './value-words.ts'

const isReset = (name: RowName): name is (typeof resetTypes)[number] => resetTypes.some((type) => type === name)

/** What the BMC can do, function by function: whether, by which way, with what, and its own words for what it lacks. */
export function CapabilityTable({ capabilities, licences }: { capabilities: Capabilities; /** As the inventory has them. */ licences: readonly Part[] }) {
  const t = useTranslations('capabilities')
  const valuesOf = useValueWords(licences)
  return (
    <Table aria-label={t('title')}>
      <thead>
        <tr>
          <HeadCell className="w-52 max-sm:w-36">{t('column.function')}</HeadCell>
          <HeadCell className="w-28 max-sm:hidden">{t('column.can')}</HeadCell>
          <HeadCell className="w-32 max-sm:hidden">{t('column.via')}</HeadCell>
          <HeadCell>{t('column.values')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {toGroups(capabilities, licences.length > 0).map(({ name, rows }) => (
          <Fragment key={name}>
            <tr className="border-b">
              <th colSpan={4} scope="rowgroup" className="h-9 px-5 pt-2 text-left align-middle text-label font-normal text-muted">
                {t(`group.${name}`)}
              </th>
            </tr>
            {rows.map((row) => (
              <CapabilityRow key={row.name} row={row} values={valuesOf(row.name, capabilities)} />
            ))}
          </Fragment>
        ))}
      </tbody>
    </Table>
  )
}

function CapabilityRow({ row, values }: { row: Capable; values: readonly Value[] }) {
  const t = useTranslations('capabilities')
  const power = useTranslations('power')
  const dim = row.can === false || row.can === null
  return (
    <Row className="align-baseline">
      <Cell className={cx('py-1.5 break-words', dim && 'text-muted')}>
        {isReset(row.name) ? power(`action.${row.name}`) : t(`name.${row.name}`)}
        <div className="flex flex-wrap gap-x-2 text-label sm:hidden">
          <Can can={row.can} />
          <Via row={row} className="text-faint" />
        </div>
      </Cell>
      <Cell className="py-1.5 max-sm:hidden">
        <Can can={row.can} />
      </Cell>
      <Cell className="py-1.5 max-sm:hidden">
        <Via row={row} className={row.can === true ? undefined : 'text-faint'} />
      </Cell>
      <Cell className="py-1.5">
        <Values values={values} />
        <Why row={row} />
      </Cell>
    </Row>
  )
}

/** Yes, no, and not known differ in shape; none of them is trouble. */
function Can({ can }: { can: Capable['can'] }) {
  const t = useTranslations('capabilities')
  if (can === undefined) return null
  const Mark = can === null ? CircleQuestionMark : can ? Check : Minus
  return (
    <span className={cx('inline-flex items-baseline gap-1.5 whitespace-nowrap', can !== true && 'text-faint')}>
      <Mark size={14} aria-hidden className={cx('shrink-0 self-center', can === true && 'text-ok')} />
      {t(`can.${can === null ? 'unknown' : can ? 'yes' : 'no'}`)}
    </span>
  )
}

const ways = { redfish: 'Redfish', ipmi: 'IPMI', ssh: 'SSH', websocket: 'WebSocket' } as const

function Via({ row, className }: { row: Capable; className?: string | undefined }) {
  const t = useTranslations('capabilities')
  if (row.via === undefined) return null
  return <span className={className}>{row.isComposed === true ? t('composed', { protocol: ways[row.via] }) : ways[row.via]}</span>
}

function Values({ values }: { values: readonly Value[] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {values.map(({ label, text }) => (
        <li key={`${label} ${text}`} className="wrap-anywhere">
          {label !== undefined && <span className="text-faint">{label} </span>}
          {text}
        </li>
      ))}
    </ul>
  )
}

function Why({ row }: { row: Capable }) {
  const t = useTranslations('capabilities')
  const reasonOf = useReasonWords()
  const words = [row.isUnasked === true ? t('unasked') : undefined, row.isEarlier === true ? t('unread') : undefined, reasonOf(row.told)].filter((word) => word !== undefined)
  return words.map((word) => (
    <p key={word} className="wrap-anywhere text-label text-faint">
      {word}
    </p>
  ))
}
