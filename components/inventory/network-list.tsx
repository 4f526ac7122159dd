'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Part } from '#lib/domain/inventory.ts'
import { Copied } from './copied.tsx'
import { FactRows, Slot, What } from './part-facts.tsx'

/** An address without its prefix is what one pastes elsewhere. */
const toBare = (address: string) => address.split('/', 1)[0]!

function Addresses({ part }: { part: Part }) {
  const t = useTranslations('inventory')
  return part.addresses?.map(({ address, origin }) => (
    <div key={address} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <Copied text={address} copied={toBare(address)} label={t('copy', { what: t('column.address'), slot: part.slot })} />
      {origin !== undefined && <span className="text-label text-muted">{origin}</span>}
    </div>
  ))
}

function useRows(part: Part): [name: string, value: ReactNode][] {
  const t = useTranslations('inventory')
  const { addresses, gateways, mac, hostName, vlan } = part
  const copied = (text: string, what: string) => <Copied key={text} text={text} label={t('copy', { what, slot: part.slot })} />
  return [
    [t('column.address'), addresses && <Addresses key="addresses" part={part} />],
    [t('column.gateway'), gateways?.map((gateway) => copied(gateway, t('column.gateway')))],
    [t('column.vlan'), vlan],
    [t('column.mac'), mac && copied(mac, t('column.mac'))],
    [t('column.hostName'), hostName && copied(hostName, t('column.hostName'))],
  ]
}

function Interface({ part }: { part: Part }) {
  const t = useTranslations('inventory')
  return (
    <li className="border-b px-5 py-2 last:border-b-0">
      <div className="flex items-baseline justify-between gap-4">
        <Slot part={part} />
        {part.isEnabled === false && <span className="shrink-0 text-faint">{t('switchedOff')}</span>}
      </div>
      <What part={part} />
      <FactRows rows={useRows(part)} />
    </li>
  )
}

const toRank = ({ isEnabled, addresses }: Part) => (isEnabled === false ? 2 : 0) + (addresses === undefined ? 1 : 0)

/** The BMC's interfaces, those that are in use first. */
export function NetworkList({ parts, label }: { parts: readonly Part[]; label: string }) {
  return (
    <ul aria-label={label} className="pb-2">
      {parts.toSorted((a, b) => toRank(a) - toRank(b)).map((part) => (
        <Interface key={part.slot} part={part} />
      ))}
    </ul>
  )
}
