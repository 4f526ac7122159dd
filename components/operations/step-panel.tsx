'use client'

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { stepsQuery } from '#lib/api/queries.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Skeleton } from '../ui/states.tsx'
import { BootLines } from './boot-words.tsx'
import { useEvidenceOfStep } from './evidence-words.ts'
import { useReadsWords } from './reads-words.ts'
import { StepMark, toneOf, useSayError, useStepWords } from './step-words.tsx'

type StepPanelProps = { id: string; position: number; action: OperationAction; mayReadAudit: boolean; onClose: () => void }

/** All that is known of one step: what was read before and after and when, what proves it, what was sent, what was said. */
export function StepPanel({ id, position, action, mayReadAudit, onClose }: StepPanelProps) {
  const t = useTranslations('operations')
  const state = useTranslations('powerState')
  const names = useTranslations('operations.name')
  const proofOf = useEvidenceOfStep()
  const { verbOf, resultOf } = useStepWords(action)
  const readsOf = useReadsWords()
  const say = useSayError()
  const { data } = useQuery(stepsQuery(id, { order: 'position', offset: position, limit: 1 }))
  const step = data?.steps[0]
  if (data !== undefined && step === undefined) return null
  return (
    <section aria-label={t('step.panel')} className="max-h-[45%] shrink-0 overflow-y-auto border-t border-line-strong bg-surface px-5 py-3">
      <div className="flex items-center gap-2">
        {step === undefined ? (
          <Skeleton className="w-56" />
        ) : (
          <>
            <StepMark state={step.state} />
            <p className="min-w-0 flex-1 break-words">
              <Link href={`/nodes/${encodeURIComponent(step.node)}`} prefetch={false} className="font-mono font-medium">
                {step.node}
              </Link>
              <span className="font-mono text-muted">: {verbOf(step)}</span> <span className={cx(toneOf(step.state))}>{resultOf(step)}</span>
            </p>
          </>
        )}
        <IconButton label={t('step.close')} size="sm" className="ml-auto" onClick={onClose}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {step !== undefined && (
        <dl className="mt-2 grid grid-cols-1 gap-x-4 gap-y-1 sm:grid-cols-[8rem_minmax(0,1fr)]">
          {step.waitsFor !== null && (
            <Line name={t('step.waitsFor')}>
              <Link href={`/operations/${step.waitsFor}`} prefetch={false}>
                {t('step.earlier')}
              </Link>
            </Line>
          )}
          {step.before !== null && <Line name={t('step.before')}>{state(step.before)}</Line>}
          {step.after !== null && (
            <Line name={t('step.after')}>
              {state(step.after)} {step.afterAt !== null && <LocalTime at={step.afterAt} className="text-muted" />}
            </Line>
          )}
          {step.stage !== undefined && <Line name={t('step.stage')}>{t(`stage.${step.stage}`)}</Line>}
          {step.reads !== undefined && (
            <Line name={t('step.reads')}>
              {readsOf(step.reads)}
              {step.reads.lastReadAt !== null && (
                <span className="text-muted">
                  {', '}
                  <LocalTime at={step.reads.lastReadAt} />
                </span>
              )}
            </Line>
          )}
          {step.progress !== undefined && (
            <Line name={t('step.start')}>
              <BootLines progress={step.progress} />
            </Line>
          )}
          {step.evidence !== undefined && <Line name={t('step.evidence')}>{proofOf(step.evidence)}</Line>}
          {step.commands.length > 0 && (
            <Line name={t('step.sentCommands')}>
              <span title={step.commands.join(', ')}>{step.commands.map((command) => (names.has(command as 'On') ? names(command as 'On') : command)).join(', ')}</span>
            </Line>
          )}
          {step.error !== undefined && <Line name={t('step.said')}>{say(step.error.code, step.error.message)}</Line>}
          {step.endedAt !== null && (
            <Line name={t('step.ended')}>
              <LocalTime at={step.endedAt} />
            </Line>
          )}
          {action === 'InstallImage' && (
            <Line name={t('step.console')}>
              <Link href={`/nodes/${encodeURIComponent(step.node)}/console`} prefetch={false}>
                {t('step.openConsole')}
              </Link>
            </Line>
          )}
          {mayReadAudit && (
            <Line name={t('fact.records')}>
              <Link href={`/audit?operation=${id}&node=${encodeURIComponent(step.node)}`} prefetch={false}>
                {t('step.audit')}
              </Link>
            </Line>
          )}
        </dl>
      )}
    </section>
  )
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint max-sm:mt-1">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
