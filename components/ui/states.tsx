import type { ReactNode } from 'react'
import { cx } from './class-names.ts'
import { HealthMark } from './marks.tsx'

/** A grey shape of what is still to come. Give it the size of the thing. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('skeleton h-3', className)} />
}

type StateProps = {
  title: string
  /** The state is all there is on the page: its title is the page's. */
  isPage?: boolean
  children?: ReactNode
  action?: ReactNode
  className?: string
}

/** Nothing here: why, and what to do about it. */
export function EmptyState({ title, isPage = false, children, action, className }: StateProps) {
  const Title = isPage ? 'h1' : 'p'
  return (
    <div className={cx('flex flex-col items-start gap-2 px-5 py-10', className)}>
      <Title className="font-medium">{title}</Title>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2 flex flex-wrap gap-2">{action}</div>}
    </div>
  )
}

/** It failed: the cause in words, the next step, and the detail one click away. */
export function ErrorState({ title, children, action, detail, detailLabel, className }: Omit<StateProps, 'isPage'> & { detail?: string; detailLabel?: string }) {
  return (
    <div role="alert" className={cx('flex flex-col items-start gap-2 px-5 py-10', className)}>
      <p className="flex items-center gap-2 font-medium">
        <HealthMark level="critical" />
        {title}
      </p>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {detail !== undefined && (
        <details className="max-w-full text-muted">
          <summary className="text-label">{detailLabel}</summary>
          <pre className="mt-1 max-w-full overflow-x-auto font-mono text-label whitespace-pre-wrap">{detail}</pre>
        </details>
      )}
      {action !== undefined && <div className="mt-2 flex flex-wrap gap-2">{action}</div>}
    </div>
  )
}

const grounds = {
  critical: 'border-critical/40 bg-critical-ground',
  warning: 'border-warning/40 bg-warning-ground',
  info: 'border-info/40 bg-info-ground',
} as const

type BannerProps = { tone: keyof typeof grounds; title: ReactNode; children?: ReactNode; action?: ReactNode; className?: string }

/** One line across the page, there only when something is wrong. */
export function Banner({ tone, title, children, action, className }: BannerProps) {
  return (
    <output className={cx('flex min-h-13 flex-wrap items-center gap-x-3 gap-y-2 border-b px-5 py-2.5', grounds[tone], className)}>
      {tone !== 'info' && <HealthMark level={tone} />}
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="text-muted">{children}</div>}
      {action !== undefined && <div className="ml-auto flex flex-wrap gap-2">{action}</div>}
    </output>
  )
}

/** One quiet line above a table: something of it may be missing. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-center gap-2 border-b px-5 py-2 text-label text-warning">
      <HealthMark level="warning" />
      {children}
    </p>
  )
}
