'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { deleteRule, patchRule } from '#lib/api/alert-commands.ts'
import { alertRulesQuery, receiversQuery } from '#lib/api/alert-queries.ts'
import { keys } from '#lib/api/queries.ts'
import type { AlertRule } from '#lib/domain/alert-rule.ts'
import type { Receiver } from '#lib/domain/receiver.ts'
import { useErrorWords } from '../errors/use-error-words.ts'
import { ReadState } from '../settings/read-state.tsx'
import { AddButton, Section } from '../settings/section.tsx'
import { Badge } from '../ui/badge.tsx'
import { HealthMark } from '../ui/marks.tsx'
import type { MenuEntry } from '../ui/menu-button.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { Suggestions } from './suggestions.tsx'
import { useConditionWords } from './use-alert-words.ts'

const RuleDialog = dynamic(() => import('./rule-dialog.tsx').then((module) => module.RuleDialog), { ssr: false })

function useRuleActions(rule: AlertRule) {
  const t = useTranslations('alerts.rule')
  const words = useErrorWords()
  const client = useQueryClient()
  const settled = {
    onError: (error: unknown) => toast({ level: 'critical' as const, title: words(error) }),
    onSettled: () => Promise.all([keys.alertRules, keys.alerts].map((queryKey) => client.invalidateQueries({ queryKey }))),
  }
  const toggle = useMutation({ mutationFn: () => patchRule(rule.id, { isOn: !rule.isOn }), ...settled })
  const remove = useMutation({ mutationFn: () => deleteRule(rule.id), onSuccess: () => toast({ level: 'ok', title: t('removed', { name: rule.name }) }), ...settled })
  return { toggle, remove }
}

function RuleRow({ rule, receivers, onEdit }: { rule: AlertRule; receivers: readonly Receiver[]; onEdit: () => void }) {
  const t = useTranslations('alerts.rule')
  const condition = useConditionWords()
  const { toggle, remove } = useRuleActions(rule)
  const names = receivers.filter(({ id }) => rule.receivers.includes(id)).map(({ name }) => name)
  const entries: MenuEntry[] = [
    { label: t('edit'), onSelect: onEdit },
    { label: rule.isOn ? t('switchOff') : t('switchOn'), onSelect: () => toggle.mutate() },
    { kind: 'line' },
    { label: t('remove'), tone: 'danger', onSelect: () => remove.mutate() },
  ]
  return (
    <Row className={rule.isOn ? undefined : 'text-faint'}>
      <Cell className="py-1.5">
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
          <HealthMark level={rule.isOn ? rule.level : 'unknown'} label={t(`levels.${rule.level}`)} />
          <span className="font-medium">{rule.name}</span>
          {!rule.isOn && <Badge>{t('off')}</Badge>}
        </span>
        <span className="mt-0.5 block pl-5.5 text-muted md:hidden">{condition(rule.condition)}</span>
      </Cell>
      <Cell className="max-md:hidden">{condition(rule.condition)}</Cell>
      <Cell className="max-w-48 truncate font-mono text-muted max-lg:hidden" title={rule.range}>
        {rule.condition.kind === 'audit' ? '' : rule.range}
      </Cell>
      <Cell className="max-w-56 truncate max-sm:hidden">{names.length === 0 ? <span className="text-faint">{t('onPageOnly')}</span> : names.join(', ')}</Cell>
      <Cell numeric className="w-12">
        <RowMenu label={t('actions', { name: rule.name })} entries={entries} />
      </Cell>
    </Row>
  )
}

/** What is watched. */
export function Rules() {
  const t = useTranslations('alerts.rule')
  const query = useQuery(alertRulesQuery())
  const receivers = useQuery(receiversQuery()).data?.receivers
  const [edited, setEdited] = useState<AlertRule | 'new' | null>(null)
  return (
    <Section
      title={t('list')}
      text={t('explain')}
      action={<AddButton onClick={() => setEdited('new')}>{t('new')}</AddButton>}
    >
      <ReadState query={query}>
        {({ rules }) =>
          rules.length === 0 ? (
            <Suggestions receivers={receivers ?? []} />
          ) : (
            <Table>
              <thead>
                <tr>
                  <HeadCell>{t('name')}</HeadCell>
                  <HeadCell className="max-md:hidden">{t('condition')}</HeadCell>
                  <HeadCell className="max-lg:hidden">{t('range')}</HeadCell>
                  <HeadCell className="max-sm:hidden">{t('tells')}</HeadCell>
                  <HeadCell aria-hidden />
                </tr>
              </thead>
              <tbody>
                {rules.map((rule) => (
                  <RuleRow key={rule.id} rule={rule} receivers={receivers ?? []} onEdit={() => setEdited(rule)} />
                ))}
              </tbody>
            </Table>
          )
        }
      </ReadState>
      {edited !== null && <RuleDialog rule={edited === 'new' ? null : edited} receivers={receivers ?? []} onClose={() => setEdited(null)} />}
    </Section>
  )
}
