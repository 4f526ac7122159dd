'use client'

import { useTranslations } from 'next-intl'
import type { OperationAction, Step, StepState } from '#lib/domain/operation.ts'
import { toTelling } from '#lib/domain/boot-telling.ts'
import { isFinal } from '#lib/domain/progress.ts'
import { isReading, tellsEvidence, toErrorText, toVerbs } from '#lib/domain/step-verbs.ts'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { useTimeFormat } from '../ui/local-time.tsx'
import { HealthMark, PowerMark } from '../ui/marks.tsx'
import { useBootWords } from './boot-words.tsx'
import { useEvidenceOfStep } from './evidence-words.ts'
import { useReadsWords } from './reads-words.ts'

const tones: Partial<Record<StepState, string>> = { 'not-applied': 'text-warning', unknown: 'text-warning', failed: 'text-critical' }
export const toneOf = (state: StepState) => tones[state]

/** The mark of a step: on its way, done, or one of the ways in which it is not. */
export function StepMark({ state }: { state: StepState }) {
  if (state === 'verified') return <HealthMark level="ok" />
  if (state === 'failed') return <HealthMark level="critical" />
  if (state === 'not-applied' || state === 'unknown') return <HealthMark level="warning" />
  if (state === 'aborted') return <HealthMark level="unknown" />
  return <PowerMark state={state === 'queued' ? 'off' : 'poweringOn'} className="mx-0.5" />
}

/** A step as operators expect to read it: what it was and what was done, `on->reset`, and how that ended, `verified 11:38:41`. */
export function useStepWords(action: OperationAction): { verbOf: (step: Step) => string; resultOf: (step: Step) => string } {
  const t = useTranslations('operations')
  const state = useTranslations('powerState')
  const time = useTimeFormat('time')
  return {
    verbOf(step) {
      const { did, forced } = toVerbs(action, step)
      const verb = forced === null ? t(`verb.${did}`) : t('verbForced', { verb: t(`verb.${did}`), forced: t(`verb.${forced}`) })
      return step.before === null ? verb : `${state(step.before)}->${verb}`
    },
    resultOf(step) {
      if (step.state === 'verified') return step.afterAt === null ? t('step.verifiedBare') : t('step.verified', { time: time(step.afterAt) })
      if (step.state === 'sent' && isReading(action)) return t('step.reading')
      if (step.stage !== undefined && !isFinal(step.state)) return t(`stage.${step.stage}`)
      if (step.state !== 'queued') return t(`step.${step.state}`)
      if (step.waitsFor !== null) return t('step.waits')
      return t(step.batch === null ? 'step.queued' : 'step.begins')
    },
  }
}

type SayError = (code: string, message: string) => string

/** What proves it, or what speaks against it; `say` words an error by its code, `prove` what proves it. */
export function reasonOf(step: Step, say: SayError, prove: (evidence: string) => string): string | undefined {
  const message = toErrorText(step)
  if (message !== undefined) return say(step.error?.code ?? '', message)
  return step.evidence && prove(step.evidence)
}

/** An error in the reader's language, as far as its code tells, with the details as they were written down. */
export function useSayError(): SayError {
  const t = useTranslations('operations.said')
  return (code, message) => (t.has(code as 'rejected') ? t(code as 'rejected', { message }) : message)
}

/** How far the host has come since the step started it, by the nearest that tells; undefined where nobody does. */
export function useStartWords(step: Step | undefined): string | undefined {
  const words = useBootWords()
  const progress = step?.progress
  const nowMs = useNow(progress !== undefined)
  const [nearest] = progress === undefined ? [] : toTelling(progress, nowMs)
  return nearest && words(nearest)
}

/** `n3: on->reset, verified 11:38:41`: a step in a line. */
export function StepLine({ step, action }: { step: Step; action: OperationAction }) {
  const { verbOf, resultOf } = useStepWords(action)
  const readsOf = useReadsWords()
  const start = useStartWords(step)
  const say = useSayError()
  const proofOf = useEvidenceOfStep()
  return (
    <li className="flex min-w-0 items-baseline gap-2 py-0.5">
      <span className="flex self-center">
        <StepMark state={step.state} />
      </span>
      <span className="min-w-0">
        <span className="font-mono">
          <span className="font-medium">{step.node}</span>
          <span className="text-muted">: {verbOf(step)}</span>
        </span>
        <span className={cx('ml-2', toneOf(step.state))}>{resultOf(step)}</span>
        {start !== undefined && <span className="block text-label break-words text-muted">{start}</span>}
        {step.reads !== undefined && !isFinal(step.state) && <span className="block text-label break-words text-muted tabular-nums">{readsOf(step.reads)}</span>}
        {step.evidence !== undefined && step.state === 'verified' && tellsEvidence(action) && <span className="block text-label break-words text-muted">{proofOf(step.evidence)}</span>}
        {step.error !== undefined && <span className="block text-label break-words text-muted">{reasonOf(step, say, proofOf)}</span>}
      </span>
    </li>
  )
}
