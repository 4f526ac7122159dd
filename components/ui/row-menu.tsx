'use client'

import { Ellipsis } from 'lucide-react'
import { MenuButton, type MenuEntry } from './menu-button.tsx'

/** What can be done with one row of a table, at its end. `label` says of which. */
export function RowMenu({ label, entries }: { label: string; entries: readonly MenuEntry[] }) {
  return (
    <MenuButton label={label} title={label} entries={entries} kind="quiet" size="sm" align="end">
      <Ellipsis size={16} aria-hidden />
    </MenuButton>
  )
}
