import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import { createSchedule, patchSchedule } from '#lib/api/commands.ts'
import { keys } from '#lib/api/queries.ts'
import type { ScheduleCreate } from '#lib/api/schedule-contract.ts'
import { ButtonLink } from '../ui/link.tsx'
import { toast } from '../ui/toast.tsx'

const listHref = '/operations/schedules'

/** Keeps an operation for another time, or changes the one of the id `known`, and says so; away from the list with a way to it. */
export function useSchedule(onKept: () => void, known: string | null = null) {
  const t = useTranslations('when')
  const client = useQueryClient()
  const isAtList = usePathname() === listHref
  return useMutation({
    mutationFn: (body: Omit<ScheduleCreate, 'enabled'>) => (known === null ? createSchedule(body) : patchSchedule(known, { ...body, enabled: true })),
    onSuccess: ({ name }) => {
      const action = isAtList ? undefined : (
        <ButtonLink href={listHref} size="sm">
          {t('show')}
        </ButtonLink>
      )
      toast({ level: 'ok', title: t('saved', { name }), action })
      void client.invalidateQueries({ queryKey: keys.schedules })
      onKept()
    },
  })
}
