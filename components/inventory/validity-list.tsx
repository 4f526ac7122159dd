'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Part } from '#lib/domain/inventory.ts'
import { useNow } from '../ui/clock.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { Copied } from './copied.tsx'
import { FactRows, Slot } from './part-facts.tsx'
import { toValidity } from './validity.ts'

function Until({ part }: { part: Part }) {
  const t = useTranslations('inventory')
  const validity = toValidity(part, useNow())
  if (part.validUntil === undefined) return null
  if (validity === null) return t('noEnd')
  const words = validity.state === 'expired' ? t('expired') : validity.state === 'soon' ? t('expiresIn', { days: validity.days }) : null
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <LocalTime at={part.validUntil} shape="day" />
      {words !== null && (
        <span className={validity.matters ? 'flex items-baseline gap-2 text-warning' : 'text-muted'}>
          {validity.matters && <HealthMark level="warning" className="translate-y-0.5" />}
          {words}
        </span>
      )}
    </span>
  )
}

function useRows(part: Part): [name: string, value: ReactNode][] {
  const t = useTranslations('inventory')
  const { kind, name, slot, subject, issuer, serial, technology, partNumber, sku } = part
  const isCertificate = kind === 'certificate'
  const number = isCertificate ? t('column.serial') : t('column.entitlement')
  return [
    [t('column.name'), isCertificate && name !== slot && name !== subject ? name : undefined],
    [t('column.type'), isCertificate ? undefined : technology],
    [t('column.subject'), subject],
    [t('column.issuer'), issuer !== undefined && issuer === subject ? t('selfSigned') : issuer],
    [t('column.validUntil'), part.validUntil && <Until key="until" part={part} />],
    [number, serial && <Copied key="serial" text={serial} label={t('copy', { what: number, slot })} />],
    [t('column.partNumber'), partNumber],
    [t('column.sku'), sku],
  ]
}

function Paper({ part }: { part: Part }) {
  return (
    <li className="border-b px-5 py-2 last:border-b-0">
      <Slot part={part} />
      <FactRows rows={useRows(part)} />
    </li>
  )
}

/** Certificates and licences: whose, and until when. */
export function ValidityList({ parts, label }: { parts: readonly Part[]; label: string }) {
  return (
    <ul aria-label={label} className="pb-2">
      {parts.map((part) => (
        <Paper key={`${part.kind} ${part.slot}`} part={part} />
      ))}
    </ul>
  )
}
