'use client'

import { useQuery } from '@tanstack/react-query'
import { CalendarClock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { schedulesQuery } from '#lib/api/queries.ts'
import type { Schedule } from '#lib/api/schedule-contract.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/states.tsx'
import { HeadCell, Table } from '../ui/table.tsx'
import { byNext } from './by-next.ts'
import { ScheduleRow } from './schedule-row.tsx'

const ScheduleDialog = dynamic(() => import('./schedule-dialog.tsx').then((module) => module.ScheduleDialog), { ssr: false })

/** What will be asked of nodes by itself, the next first. */
export function ScheduleList({ first, role }: { first: readonly Schedule[]; role: Role }) {
  const t = useTranslations('schedules')
  const { data } = useQuery({ ...schedulesQuery(), initialData: { schedules: [...first] } })
  const [edited, setEdited] = useState<Schedule | 'new' | null>(null)
  const reason = may({ role }, 'power') ? undefined : t('mayNot')
  const add = (
    <Button kind="strong" reason={reason} onClick={() => setEdited('new')}>
      <CalendarClock size={15} aria-hidden />
      {t('add')}
    </Button>
  )
  return (
    <>
      {data.schedules.length === 0 ? (
        <EmptyState title={t('empty.title')} action={add}>
          {t('empty.text')}
        </EmptyState>
      ) : (
        <>
          <div className="flex items-center justify-between gap-4 px-5 py-3">
            <p className="text-muted">{t('intro')}</p>
            {add}
          </div>
          <Table aria-label={t('title')}>
            <thead className="max-md:hidden">
              <tr>
                <HeadCell>{t('name')}</HeadCell>
                <HeadCell>{t('what')}</HeadCell>
                <HeadCell>{t('when')}</HeadCell>
                <HeadCell>{t('next')}</HeadCell>
                <HeadCell>{t('last')}</HeadCell>
                <HeadCell aria-hidden />
              </tr>
            </thead>
            <tbody>
              {byNext(data.schedules).map((schedule) => (
                <ScheduleRow key={schedule.id} schedule={schedule} reason={reason} onEdit={() => setEdited(schedule)} />
              ))}
            </tbody>
          </Table>
        </>
      )}
      {edited !== null && <ScheduleDialog known={edited === 'new' ? null : edited} role={role} onClose={() => setEdited(null)} />}
    </>
  )
}
