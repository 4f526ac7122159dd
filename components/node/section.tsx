import type { ReactNode } from 'react'

/** A part of the overview: its name, a word or link at the right, and what it shows. */
export function Section({ title, end, children }: { title: string; end?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="border-b px-5 py-4 last:border-b-0">
      <div className="mb-3 flex items-baseline justify-between gap-4">
        <h2 className="text-label text-muted">{title}</h2>
        {end !== undefined && <div className="text-label text-faint">{end}</div>}
      </div>
      {children}
    </section>
  )
}
