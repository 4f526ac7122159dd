'use client'

import { Menu } from '@base-ui/react/menu'
import NextLink from 'next/link'
import type { RefObject } from 'react'
import { cx } from './class-names.ts'
import type { MenuEntry } from './menu-button.tsx'

type MenuPopupProps = {
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
  entries: readonly MenuEntry[]
  label: string
  align: 'start' | 'end'
}

const itemStyle = (tone: 'danger' | undefined, disabled: boolean) =>
  cx(
    'flex min-h-8 flex-col justify-center rounded-md px-2.5 py-1 outline-none select-none data-highlighted:bg-selected max-sm:min-h-11',
    disabled ? 'cursor-not-allowed text-faint' : 'cursor-pointer',
    !disabled && tone === 'danger' && 'text-critical',
  )

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === 'line') return <Menu.Separator className="my-1 border-t" />
  if (entry.kind === 'heading') return <div className="px-2.5 pt-1.5 pb-1 text-label text-faint">{entry.label}</div>
  const words = (
    <>
      <span className="flex items-center gap-2">
        {entry.icon}
        <span className="flex-1">{entry.label}</span>
        {entry.checked === true && <span aria-hidden>✓</span>}
        {entry.end !== undefined && <span className="text-label text-faint">{entry.end}</span>}
      </span>
      {entry.reason !== undefined && <span className="max-w-64 text-label whitespace-normal text-faint">{entry.reason}</span>}
    </>
  )
  if (entry.href !== undefined) {
    return (
      <Menu.LinkItem render={<NextLink href={entry.href} />} closeOnClick className={itemStyle(entry.tone, false)}>
        {words}
      </Menu.LinkItem>
    )
  }
  const blocked = entry.reason !== undefined
  if (entry.checked !== undefined) {
    return (
      <Menu.CheckboxItem
        checked={entry.checked}
        disabled={blocked}
        closeOnClick={entry.stay !== true}
        onClick={entry.onSelect}
        className={itemStyle(entry.tone, blocked)}
      >
        {words}
      </Menu.CheckboxItem>
    )
  }
  return (
    <Menu.Item disabled={blocked} onClick={entry.onSelect} className={itemStyle(entry.tone, blocked)}>
      {words}
    </Menu.Item>
  )
}

/** What a MenuButton opens. Loaded when one is first opened. */
export default function MenuPopup({ anchor, open, onOpenChange, entries, label, align }: MenuPopupProps) {
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align={align} sideOffset={4} collisionPadding={8} className="z-50 outline-none">
          <Menu.Popup
            finalFocus={anchor}
            aria-label={label}
            className="max-h-(--available-height) min-w-44 overflow-y-auto rounded-lg border border-line-strong bg-surface p-1 shadow-xl outline-none"
          >
            {entries.map((entry, index) => (
              <Entry key={entry.kind === 'line' ? `line-${index}` : `${entry.label}-${index}`} entry={entry} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
