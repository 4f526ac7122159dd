import type { ReactNode } from 'react'
import { SearchButton } from './search-button.tsx'

type PageHeaderProps = {
  /** The page's title, or a breadcrumb that ends in it. */
  title: ReactNode
  /** A word beside the title; where there is no room for both it is cut first, on a phone it stands below. */
  sub?: ReactNode
  /** What can be done here. */
  actions?: ReactNode
}

/** The bar at the top of every page; it never scrolls away. */
export function PageHeader({ title, sub, actions }: PageHeaderProps) {
  return (
    <header className="sticky top-0 z-20 flex min-h-13.5 shrink-0 items-center gap-x-3 gap-y-2 border-b bg-background px-5 py-2 max-sm:flex-wrap">
      <div className="flex min-w-0 flex-1 items-baseline gap-x-3 max-sm:flex-wrap">
        {typeof title === 'string' ? <h1 className="truncate text-title font-semibold">{title}</h1> : title}
        {sub !== undefined && <div className="min-w-0 flex-1 truncate text-muted max-sm:flex-auto sm:@container">{sub}</div>}
      </div>
      <SearchButton />
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}
