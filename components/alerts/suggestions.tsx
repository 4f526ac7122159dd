'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { createRule } from '#lib/api/alert-commands.ts'
import { keys } from '#lib/api/queries.ts'
import { suggestedRules } from '#lib/domain/alert-rule.ts'
import type { Receiver } from '#lib/domain/receiver.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { Button } from '../ui/button.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { toast } from '../ui/toast.tsx'
import { useConditionWords } from './use-alert-words.ts'

/** Rules to begin with, as long as there are none. They can be used once somebody is there to be told. */
export function Suggestions({ receivers }: { receivers: readonly Receiver[] }) {
  const t = useTranslations('alerts.suggested')
  const condition = useConditionWords()
  const words = useErrorWords()
  const client = useQueryClient()
  const use = useMutation({
    mutationFn: async () => {
      for (const { key, ...rule } of suggestedRules) await createRule({ ...rule, name: t(`name.${key}`), receivers: receivers.map(({ id }) => id) })
    },
    onSuccess: () => toast({ level: 'ok', title: t('used') }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.alertRules }),
  })
  return (
    <div className="px-5">
      <p className="max-w-prose text-muted">{t('text')}</p>
      <ul className="my-3 flex flex-col gap-1.5">
        {suggestedRules.map(({ key, level, condition: watched }) => (
          <li key={key} className="flex flex-wrap items-baseline gap-x-3">
            <HealthMark level={level} />
            <span className="min-w-44">{t(`name.${key}`)}</span>
            <span className="text-muted">{condition(watched)}</span>
          </li>
        ))}
      </ul>
      <Button kind="strong" busy={use.isPending} reason={receivers.length === 0 ? t('first') : undefined} onClick={() => use.mutate()}>
        {t('use')}
      </Button>
      {receivers.length === 0 && <p className="mt-2 text-label text-faint">{t('first')}</p>}
    </div>
  )
}
