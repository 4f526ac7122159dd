'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { ErrorState, Skeleton } from '#components/ui/states.tsx'

type ReadStateProps<T> = { query: { data: T | undefined; error: unknown; refetch: () => unknown }; children: (data: T) => ReactNode }

/** What a list shows: its rows when they are there (also old ones beside an error), lines of grey until then, or why not. */
export function ReadState<T>({ query, children }: ReadStateProps<T>) {
  const common = useTranslations('common')
  const words = useErrorWords()
  if (query.data !== undefined) return children(query.data)
  if (query.error != null) {
    return <ErrorState className="py-3!" title={words(query.error)} action={<Button onClick={() => void query.refetch()}>{common('retry')}</Button>} />
  }
  return (
    <output aria-label={common('loading')} className="flex flex-col">
      {['w-44', 'w-56', 'w-36'].map((width) => (
        <span key={width} className="flex h-8.5 items-center border-b px-5">
          <Skeleton className={width} />
        </span>
      ))}
    </output>
  )
}
