'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { NodeDetail } from '#lib/api/contract.ts'
import { toTelling } from '#lib/domain/boot-telling.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { toReadingText } from '#lib/domain/words.ts'
import { BootLines } from '../operations/boot-words.tsx'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Copy } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { LocalTime, useTimeFormat } from '../ui/local-time.tsx'
import { ClockFacts, isClockRead } from './clock-facts.tsx'
import { mayHaveCertificate } from './certificate.ts'
import { useEndpointWords } from './endpoint-words.ts'
import { Pairs } from './pairs.tsx'
import { Section } from './section.tsx'

/** A value to take away. */
function Copied({ text }: { text: string }) {
  return (
    <span className="group inline-flex max-w-full items-center justify-end">
      <span className="min-w-0 break-all">{text}</span>
      <Copy text={text} className="-my-1 -mr-1.5 ml-0.5" />
    </span>
  )
}

const copied = (text: string | undefined) => text && <Copied text={text} />

type IdentityFactsProps = {
  node: NodeDetail
  /** What it is made of, where its inventory tells more than the first sight of it; like names replace. */
  made?: readonly (readonly [string, ReactNode])[] | null
  end?: ReactNode
}

/** What the machine is, as its BMC tells. */
export function IdentityFacts({ node, made, end }: IdentityFactsProps) {
  const t = useTranslations('node.identity')
  const { identity, bootProgress, power } = node
  const told = made ?? []
  const nowMs = useNow()
  // What it said before it was switched off is no progress any more.
  const isTold = power.state !== 'off' && toTelling(bootProgress, nowMs).length > 0
  const seen = [
    [t('manufacturer'), identity.manufacturer],
    [t('model'), identity.model],
    [t('serial'), copied(identity.serial)],
    [t('assetTag'), copied(identity.assetTag)],
    [t('uuid'), copied(identity.uuid)],
    [t('hostName'), identity.hostName],
    [t('processors'), identity.processors],
    [t('memoryGiB'), identity.memoryGiB === undefined ? undefined : toReadingText(identity.memoryGiB, 'GiB')],
    [t('biosVersion'), identity.biosVersion],
    [t('bootProgress'), isTold && <BootLines key="progress" progress={bootProgress} />],
  ] as const
  const rows = [...seen.filter(([name]) => told.every(([other]) => other !== name)), ...told]
  return (
    <Section title={t('title')} end={end}>
      {rows.every(([, value]) => !value) ? <p className="text-faint">{t('none')}</p> : <Pairs rows={rows} mono={[t('serial'), t('assetTag'), t('uuid'), t('hostName'), t('biosVersion')]} />}
    </Section>
  )
}

/** The controller: where it is, what it speaks, how fast, and whether its certificate is the one that was trusted. */
export function BmcFacts({ node }: { node: NodeDetail }) {
  const t = useTranslations('node.bmc')
  const words = useEndpointWords()
  const day = useTimeFormat('day')
  const { bmc, identity } = node
  return (
    <Section title={t('title')}>
      <Pairs
        rows={[
          [t('address'), <Copied key="address" text={bmc.address} />],
          [t('model'), identity.bmcModel],
          [t('firmware'), identity.bmcFirmware],
          [t('mac'), copied(identity.bmcMac)],
          [
            t('speaks'),
            bmc.endpoints.length > 0 && (
              <span key="speaks" className="flex flex-col">
                {bmc.endpoints.map((endpoint) => (
                  <span key={endpoint.protocol} className={cx(endpoint.state !== 'ok' && 'text-faint')} title={endpoint.failure?.text}>
                    {words(endpoint)}
                  </span>
                ))}
              </span>
            ),
          ],
          [t('clock'), isClockRead(bmc.endpoints) ? <ClockFacts key="clock" endpoints={bmc.endpoints} /> : undefined],
          [t('answers'), bmc.latencyMs === null ? undefined : toReadingText(Math.round(bmc.latencyMs), 'ms')],
          [t('certificate'), node.pinnedAt !== null ? t('pinned', { date: day(node.pinnedAt) }) : mayHaveCertificate(node) && t('notPinned')],
          [t('user'), node.username],
          [t('probed'), node.capabilities && <LocalTime key="probed" at={node.capabilities.probedAt} />],
        ]}
        mono={[t('address'), t('firmware'), t('mac'), t('user')]}
      />
    </Section>
  )
}

/** Where it stands and what it belongs to. */
export function PlaceFacts({ node, role }: { node: NodeDetail; role: Role }) {
  const t = useTranslations('node.place')
  const none = <span className="text-faint">{t('none')}</span>
  const rack = node.rack === null ? none : node.position === null ? node.rack : `${node.rack}, ${t('position', { position: node.position })}`
  return (
    <Section title={t('title')} end={may({ role }, 'editNodes') ? <Link href={`/nodes/${encodeURIComponent(node.name)}/settings`}>{t('edit')}</Link> : undefined}>
      <Pairs
        rows={[
          [t('rack'), rack],
          [t('groups'), node.groups.length === 0 ? none : node.groups.join(', ')],
          [t('tags'), node.tags.length === 0 ? none : node.tags.join(', ')],
          ...Object.entries(node.attributes),
          [t('protected'), node.protected ? t('yes') : null],
        ]}
      />
    </Section>
  )
}
