'use client'

// A combobox over a list of options (ARIA 1.2 §6.5): the elements that lint would have instead, <datalist> and <select>, cannot look like this.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */

import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { Ban, Boxes, CalendarClock, CornerDownLeft, ListChecks, LogOut, Microchip, Plus, Search, SunMoon, Zap } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { nodesQuery, operationsQuery } from '#lib/api/queries.ts'
import { asOf } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import { actionOf, may } from '#lib/domain/permission.ts'
import { cx } from '#components/ui/class-names.ts'
import { serverNow } from '#components/ui/clock.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { HealthMark } from '#components/ui/marks.tsx'
import { leave } from './account-menu.tsx'
import { best } from './match.ts'
import { pages } from './pages.ts'
import { showOverlay } from './palette-store.ts'
import { saveTheme, type Theme } from '#components/ui/preferences.ts'
import { useUser } from './user-context.tsx'

type Item = { id: string; group: string; label: string; also?: string; mono?: boolean; mark: ReactNode; run: () => void }

const icon = { size: 15, strokeWidth: 1.6, 'aria-hidden': true, className: 'text-muted' } as const
const nodeLimit = 12

const nodeText = (node: Node) => `${node.name} ${node.bmc.address} ${node.identity.model ?? ''} ${node.identity.serial ?? ''} ${node.groups.join(' ')}`

/** The pages of the rail, and those that are reached from the fleet. */
const places = [...pages, { key: 'groups', href: '/groups', icon: Boxes }, { key: 'power', href: '/power', icon: Zap }, { key: 'firmware', href: '/firmware', icon: Microchip }, { key: 'schedules', href: '/operations/schedules', icon: CalendarClock }] as const

function usePages(): Item[] {
  const t = useTranslations('palette')
  const shell = useTranslations('shell')
  const router = useRouter()
  return places.map((page): Item => ({
    id: `page-${page.key}`,
    group: t('pages'),
    label: shell(page.key),
    mark: <page.icon {...icon} />,
    run: () => router.push(page.href),
  }))
}

function useActions(): Item[] {
  const t = useTranslations('palette')
  const shell = useTranslations('shell')
  const router = useRouter()
  const user = useUser()
  const group = t('actions')
  const theme = (value: Theme, label: string): Item => ({
    id: `theme-${value}`,
    group,
    label,
    mark: <SunMoon {...icon} />,
    run: () => saveTheme(value),
  })
  const add: Item = { id: 'add', group, label: t('addNode'), mark: <Plus {...icon} />, run: () => router.push('/?add') }
  return [
    ...(may(user, 'editNodes') ? [add] : []),
    theme('light', t('themeLight')),
    theme('dark', t('themeDark')),
    theme('system', t('themeSystem')),
    { id: 'out', group, label: shell('signOut'), mark: <LogOut {...icon} />, run: () => void leave(shell('signOutFailed')) },
  ]
}

/** Operations that run: to their pages, and for who may ask for such a thing to the question whether to abort them. */
function useRunning(): Item[] {
  const t = useTranslations('palette')
  const names = useTranslations('operations.name')
  const router = useRouter()
  const user = useUser()
  const { data } = useQuery(operationsQuery({ state: 'running' }))
  return (data?.operations ?? []).flatMap(({ id, kind, action, nodes, by, stopped }): Item[] => {
    const shared = { group: t('running'), also: `${nodes} · ${by}` }
    const show = { ...shared, id: `operation-${id}`, label: names(action), mark: <ListChecks {...icon} />, run: () => router.push(`/operations/${id}`) }
    const abort = { ...shared, id: `abort-${id}`, label: t('abort', { name: names(action) }), mark: <Ban {...icon} />, run: () => router.push(`/operations/${id}?abort`) }
    return stopped === null && may(user, actionOf[kind]) ? [show, abort] : [show]
  })
}

function useNodes(query: string): { items: Item[]; more: number } {
  const t = useTranslations('palette')
  const router = useRouter()
  const { data } = useQuery(nodesQuery())
  const found = best(query, data?.nodes ?? [], nodeText, nodeLimit)
  const now = serverNow()
  const items = found.items.map((node) => ({
    id: `node-${node.id}`,
    group: t('nodes'),
    label: node.name,
    also: [node.identity.model, node.bmc.address].filter(Boolean).join(' · '),
    mono: true,
    mark: <HealthMark level={asOf(node, now).health.level} />,
    run: () => router.push(`/nodes/${encodeURIComponent(node.name)}`),
  }))
  return { items, more: found.total - items.length }
}

function Option({ item, active, onPick, onPoint }: { item: Item; active: boolean; onPick: () => void; onPoint: () => void }) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    // The keyboard acts on the input (aria-activedescendant); this is for the pointer.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={row}
      id={item.id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      onClick={onPick}
      onPointerMove={onPoint}
      className={cx('flex min-h-8.5 cursor-pointer items-center gap-2.5 rounded-md px-2.5 max-sm:min-h-11', active && 'bg-selected')}
    >
      <span className="flex w-4 justify-center">{item.mark}</span>
      <span className={cx(item.mono === true && 'font-mono font-medium')}>{item.label}</span>
      {item.also !== undefined && <span className="min-w-0 truncate text-muted">{item.also}</span>}
      {active && <CornerDownLeft size={13} aria-hidden className="ml-auto shrink-0 text-faint" />}
    </div>
  )
}

function Results({ items, active, onPick, onPoint }: { items: Item[]; active: number; onPick: (item: Item) => void; onPoint: (index: number) => void }) {
  const groups = [...new Set(items.map((item) => item.group))]
  return groups.map((group) => (
    <div key={group} role="group" aria-label={group}>
      <div aria-hidden className="px-2.5 pt-2.5 pb-1 text-label text-faint">
        {group}
      </div>
      {items.map(
        (item, index) =>
          item.group === group && (
            <Option key={item.id} item={item} active={index === active} onPick={() => onPick(item)} onPoint={() => onPoint(index)} />
          ),
      )}
    </div>
  ))
}

function Hints() {
  const t = useTranslations('palette')
  return (
    <div aria-hidden className="flex gap-4 border-t px-4 py-2 text-label text-faint max-sm:hidden">
      <span>
        <Kbd>↑</Kbd> <Kbd>↓</Kbd> {t('hintMove')}
      </span>
      <span>
        <Kbd>↵</Kbd> {t('hintOpen')}
      </span>
      <span>
        <Kbd>Esc</Kbd> {t('hintClose')}
      </span>
    </div>
  )
}

/** Search and go: nodes by name, address, model, serial or group; pages; actions. */
export default function Palette() {
  const t = useTranslations('palette')
  const [query, setQuery] = useState('')
  const [active, setActive] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const nodes = useNodes(query)
  const rest = best(query, [...useRunning(), ...usePages(), ...useActions()], (item) => `${item.label} ${item.also ?? ''}`, 20).items
  const items = [...nodes.items, ...rest]
  const pick = (item: Item | undefined) => {
    if (item === undefined) return
    showOverlay(null)
    item.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && items.length > 0) {
      event.preventDefault()
      setActive((active + step + items.length) % items.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      pick(items[active])
    }
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && showOverlay(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Dialog.Popup
          initialFocus={input}
          aria-label={t('title')}
          className="fixed inset-x-4 top-[12dvh] z-50 mx-auto flex max-h-[70dvh] max-w-xl flex-col overflow-hidden rounded-lg border border-line-strong bg-surface shadow-2xl outline-none"
        >
          <div className="flex items-center gap-2.5 border-b px-4">
            <Search size={15} aria-hidden className="text-muted" />
            <input
              ref={input}
              role="combobox"
              aria-expanded
              aria-controls="palette-list"
              aria-activedescendant={items[active]?.id}
              aria-label={t('placeholder')}
              placeholder={t('placeholder')}
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => {
                setQuery(event.target.value)
                setActive(0)
              }}
              onKeyDown={onKeyDown}
              className="h-11 flex-1 bg-transparent outline-none"
            />
          </div>
          <div id="palette-list" role="listbox" aria-label={t('title')} className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-2">
            <Results items={items} active={active} onPick={pick} onPoint={setActive} />
          </div>
          {nodes.more > 0 && <p className="px-4 pb-2 text-label text-faint">{t('more', { count: nodes.more })}</p>}
          <output className={items.length === 0 ? 'px-4 py-5 text-muted' : 'sr-only'}>
            {items.length === 0 ? t('nothing') : t('results', { count: items.length })}
          </output>
          <Hints />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
