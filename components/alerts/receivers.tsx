'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { deleteReceiver, testReceiver } from '#lib/api/alert-commands.ts'
import { receiversQuery } from '#lib/api/alert-queries.ts'
import { keys } from '#lib/api/queries.ts'
import type { Receiver } from '#lib/domain/receiver.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { ReadState } from '../settings/read-state.tsx'
import { AddButton, Section } from '../settings/section.tsx'
import { ageWords } from '../ui/age.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { HealthMark } from '../ui/marks.tsx'
import type { MenuEntry } from '../ui/menu-button.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { useWords } from '../ui/words.tsx'

const ReceiverDialog = dynamic(() => import('./receiver-dialog.tsx').then((module) => module.ReceiverDialog), { ssr: false })

/** How the last delivery went, and what waits. */
function Delivery({ receiver }: { receiver: Receiver }) {
  const t = useTranslations('alerts.receiver')
  const now = useNow()
  const words = useWords()
  const { isReady, deliveredAt, failedAt, failure, nextTryAt, waiting } = receiver
  const hasFailed = failedAt !== null && (deliveredAt === null || failedAt >= deliveredAt)
  if (!isReady) return <span className="text-faint">{t('notReady')}</span>
  if (deliveredAt === null && failedAt === null) return <span className="text-faint">{t('nothingYet')}</span>
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2">
      <HealthMark level={hasFailed ? 'critical' : 'ok'} />
      <span className="min-w-0 break-words">
        {hasFailed ? t('failed', { why: failure ?? '' }) : t('delivered')} <span className="text-faint">{t('ago', { age: ageWords(now - Date.parse((hasFailed ? failedAt : deliveredAt) ?? ''), words) })}</span>
      </span>
      {waiting > 0 && (
        <span className="text-faint">
          {t('waiting', { count: waiting })}
          {nextTryAt !== null && ` · ${t('paused')}`}
        </span>
      )}
    </span>
  )
}

function useReceiverActions({ id, name }: Receiver) {
  const t = useTranslations('alerts.receiver')
  const words = useErrorWords()
  const client = useQueryClient()
  const settled = {
    onError: (error: unknown) => toast({ level: 'critical' as const, title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.receivers }),
  }
  const test = useMutation({
    mutationFn: () => testReceiver(id),
    onSuccess: (failure) => {
      if (failure === null) toast({ level: 'ok', title: t('tested', { name }) })
      else toast({ level: failure === 'late' ? 'warning' : 'critical', title: t('testFailed', { name }), text: failure === 'late' ? t('testLate') : failure })
    },
    ...settled,
  })
  const remove = useMutation({
    mutationFn: () => deleteReceiver(id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.alertRules })
      toast({ level: 'ok', title: t('removed', { name }) })
    },
    ...settled,
  })
  return { test, remove }
}

function ReceiverRow({ receiver, onEdit }: { receiver: Receiver; onEdit: () => void }) {
  const t = useTranslations('alerts.receiver')
  const { test, remove } = useReceiverActions(receiver)
  const entries: MenuEntry[] = [
    { label: t('test'), onSelect: () => test.mutate() },
    { label: t('edit'), onSelect: onEdit },
    { kind: 'line' },
    { label: t('remove'), tone: 'danger', onSelect: () => remove.mutate() },
  ]
  return (
    <Row>
      <Cell className="py-1.5">
        <span className="font-medium">{receiver.name}</span>
        <span className="block text-label text-faint sm:hidden">{receiver.host}</span>
      </Cell>
      <Cell className="max-sm:hidden">
        {t(`kinds.${receiver.kind}`)} <span className="font-mono text-muted">{receiver.host}</span>
      </Cell>
      <Cell>
        <Delivery receiver={receiver} />
      </Cell>
      <Cell className="w-px">
        <span className="flex items-center justify-end whitespace-nowrap">
          <Button size="sm" kind="quiet" busy={test.isPending} onClick={() => test.mutate()} title={t('testTitle', { name: receiver.name })} className="max-sm:hidden">
            {t('test')}
          </Button>
          <RowMenu label={t('actions', { name: receiver.name })} entries={entries} />
        </span>
      </Cell>
    </Row>
  )
}

/** Who is told, and how that went. */
export function Receivers() {
  const t = useTranslations('alerts.receiver')
  const query = useQuery(receiversQuery())
  const [edited, setEdited] = useState<Receiver | 'new' | null>(null)
  return (
    <Section
      title={t('list')}
      text={t('explain')}
      action={<AddButton onClick={() => setEdited('new')}>{t('new')}</AddButton>}
    >
      <ReadState query={query}>
        {({ receivers }) =>
          receivers.length === 0 ? (
            <p className="px-5 text-muted">{t('none')}</p>
          ) : (
            <Table>
              <thead>
                <tr>
                  <HeadCell>{t('name')}</HeadCell>
                  <HeadCell className="max-sm:hidden">{t('kind')}</HeadCell>
                  <HeadCell>{t('last')}</HeadCell>
                  <HeadCell aria-hidden />
                </tr>
              </thead>
              <tbody>
                {receivers.map((receiver) => (
                  <ReceiverRow key={receiver.id} receiver={receiver} onEdit={() => setEdited(receiver)} />
                ))}
              </tbody>
            </Table>
          )
        }
      </ReadState>
      {edited !== null && <ReceiverDialog receiver={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Section>
  )
}
