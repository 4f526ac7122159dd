'use client'

import NextLink from 'next/link'
import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** Tabs that are links: each has an address, and the browser's back works. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="no-scrollbar flex shrink-0 gap-5 overflow-x-auto border-b px-5">
      {children}
    </nav>
  )
}

/** Not all tabs of a node fit a phone: the one that is open is never out of sight. */
const show = (tab: HTMLAnchorElement | null) => tab?.scrollIntoView({ block: 'nearest', inline: 'center' })

export function Tab({ href, current, children }: { href: string; current: boolean; children: ReactNode }) {
  return (
    <NextLink
      ref={current ? show : undefined}
      href={href}
      aria-current={current ? 'page' : undefined}
      className={cx(
        '-mb-px flex h-9.5 shrink-0 items-center gap-1.5 border-b-2 outline-offset-[-2px] max-sm:min-h-11',
        current ? 'border-text text-text' : 'border-transparent text-muted hover:text-text',
      )}
    >
      {children}
    </NextLink>
  )
}
