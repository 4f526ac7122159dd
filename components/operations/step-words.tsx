'use client'

import { useTranslations } from 'next-intl'
import type { OperationAction, Step, StepState } from '#lib/domain/operation.ts'
import { toVerbs } from '#lib/domain/step-verbs.ts'
import { cx } from '../ui/class-names.ts'
import { useTimeFormat } from '../ui/local-time.tsx'
import { HealthMark, PowerMark } from '../ui/marks.tsx'

const tones: Partial<Record<StepState, string>> = { 'not-applied': 'text-warning', unknown: 'text-warning', failed: 'text-critical' }

/** The mark of a step: on its way, done, or one of the ways in which it is not. */
export function StepMark({ state }: { state: StepState }) {
  if (state === 'verified') return <HealthMark level="ok" />
  if (state === 'failed') return <HealthMark level="critical" />
  if (state === 'not-applied' || state === 'unknown') return <HealthMark level="warning" />
  if (state === 'aborted') return <HealthMark level="unknown" />
  return <PowerMark state="poweringOn" className="mx-0.5" />
}

/** What was read back is the point of these. */
const tellsEvidence: ReadonlySet<OperationAction> = new Set(['SetBoot'])

/** `n3: on → reset, verified 11:38:41`: a step as operators expect to read it. */
export function StepLine({ step, action }: { step: Step; action: OperationAction }) {
  const t = useTranslations('operations')
  const state = useTranslations('powerState')
  const time = useTimeFormat('time')
  const { did, forced } = toVerbs(action, step)
  const words =
    step.state === 'verified' ? (step.afterAt === null ? t('step.verifiedBare') : t('step.verified', { time: time(step.afterAt) })) : t(`step.${step.state}`)
  return (
    <li className="flex min-w-0 items-baseline gap-2 py-0.5">
      <span className="flex self-center">
        <StepMark state={step.state} />
      </span>
      <span className="min-w-0">
        <span className="font-mono font-medium">{step.node}</span>
        <span className="text-muted">
          {': '}
          {step.before !== null && `${state(step.before)} → `}
          {forced === null ? t(`verb.${did}`) : t('verbForced', { verb: t(`verb.${did}`), forced: t(`verb.${forced}`) })}
          {', '}
        </span>
        <span className={cx(tones[step.state])}>{words}</span>
        {step.evidence !== undefined && step.state === 'verified' && tellsEvidence.has(action) && <span className="block text-label break-words text-muted">{step.evidence}</span>}
        {step.error !== undefined && <span className="block text-label break-words text-muted">{step.error.message}</span>}
      </span>
    </li>
  )
}
