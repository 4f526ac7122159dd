'use client'

import { Eye, PenLine, Users } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { toPill, type Pill } from './pill.ts'
import { driverOf, type ConsoleHandle, type View } from './use-console.ts'

const dots: Record<Pill['tone'], string> = {
  ok: 'bg-ok',
  warning: 'bg-warning on-its-way',
  critical: 'bg-critical',
  plain: 'border border-muted on-its-way',
}

/** The state of the serial session and of the line to it. */
export function StatePill({ view }: { view: View }) {
  const t = useTranslations('console')
  const { word, tone } = toPill(view.line, view.status)
  const isSilent = word === 'open' && view.status?.host === 'unavailable'
  return (
    <output
      data-state={word}
      title={isSilent ? t('hostAwayText') : t(`stateText.${word}`)}
      className="inline-flex h-6 shrink-0 items-center gap-2 rounded-full border border-line-strong px-2.5 text-label whitespace-nowrap"
    >
      <span aria-hidden className={cx('size-2 rounded-full', isSilent ? 'bg-warning' : dots[tone])} />
      {t(`state.${word}`)}
      {word === 'open' && view.status?.via != null && <span className="text-muted">{t(`via.${view.status.via}`)}</span>}
      {isSilent && <span className="text-warning">{t('hostAway')}</span>}
    </output>
  )
}

/** Who drives, who is here, and how to become or stop being the driver. */
export function Crew({ handle: { view, ask, focus } }: { handle: ConsoleHandle }) {
  const t = useTranslations('console.crew')
  const { crew, you } = view
  if (you === null || crew.viewers.length === 0) return null
  const isDriver = crew.driver === you
  const driver = driverOf(view)
  const other = (name: string) => (crew.driver === null ? t('held', { name }) : t('drives', { name }))
  const said = isDriver ? t('youDrive') : driver === null ? t('nobody') : other(driver)
  const people = t('people', { count: crew.viewers.length })
  const take = () => ask({ type: 'take' })

  const entries: MenuEntry[] = [
    { kind: 'heading', label: t('here') },
    ...crew.viewers.map(
      ({ id, name }): MenuEntry => ({
        label: id === you ? t('you', { name }) : name,
        icon: id === crew.driver ? <PenLine size={13} aria-hidden /> : <Eye size={13} aria-hidden className="text-faint" />,
        end: id === crew.driver ? t('driving') : t('watching'),
      }),
    ),
    { kind: 'line' },
    isDriver
      ? { label: t('release'), onSelect: () => ask({ type: 'release' }) }
      : { label: driver === null ? t('take') : t('takeFrom', { name: driver }), onSelect: take },
  ]
  return (
    <div className="flex min-w-0 items-center gap-2">
      <span className={cx('min-w-0 truncate', isDriver ? 'text-muted' : 'text-text')}>{said}</span>
      <MenuButton label={people} entries={entries} kind="quiet" size="sm" title={people}>
        <Users size={14} aria-hidden />
        <span className="sr-only">{t('here')}</span>
        {crew.viewers.length}
      </MenuButton>
      {!isDriver && driver !== null && (
        <Button
          size="sm"
          title={t('takeFrom', { name: driver })}
          onClick={() => {
            take()
            focus()
          }}
        >
          {t('takeOver')}
        </Button>
      )}
    </div>
  )
}
