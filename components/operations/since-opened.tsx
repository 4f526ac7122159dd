'use client'

import { useTranslations } from 'next-intl'
import { foldNames } from '#lib/domain/fold-names.ts'
import { Button } from '../ui/button.tsx'
import { HealthMark } from '../ui/marks.tsx'
import type { Frozen } from './use-frozen.ts'

/** What has become of the chosen nodes while somebody read the dialog; nothing where nothing has. */
export function SinceOpened({ frozen, onLook }: { frozen: Frozen; onLook: () => void }) {
  const t = useTranslations('power.since')
  const { gone, left, plan, lookAgain } = frozen
  const newly = plan.groups.filter(({ fate }) => fate === 'newly').flatMap(({ targets }) => targets.map(({ name }) => name))
  const parts = [
    ...(gone.length === 0 ? [] : [t('gone', { names: foldNames(gone), count: gone.length })]),
    ...(left.length === 0 ? [] : [t('left', { names: foldNames(left), count: left.length })]),
    ...(newly.length === 0 ? [] : [t('newly', { names: foldNames(newly), count: newly.length })]),
  ]
  return (
    <output className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-warning-ground px-5 py-2.5 empty:hidden">
      {parts.length > 0 && (
        <>
          <HealthMark level="warning" />
          <span className="min-w-0 flex-1 break-words">{parts.join(' ')}</span>
          <Button
            size="sm"
            onClick={() => {
              lookAgain()
              onLook()
            }}
          >
            {t('look')}
          </Button>
        </>
      )}
    </output>
  )
}
