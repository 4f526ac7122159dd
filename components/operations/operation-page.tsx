'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef, type ReactNode } from 'react'
import { operationQuery } from '#lib/api/queries.ts'
import type { OperationDetail } from '#lib/domain/operation-detail.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { useAddressView } from '../ui/use-address-view.ts'
import { BatchStrip } from './batch-strip.tsx'
import { OperationActions } from './operation-actions.tsx'
import { OperationFacts } from './operation-facts.tsx'
import { OperationProgress } from './operation-progress.tsx'
import { StepFilterBar } from './step-filter-bar.tsx'
import { StepPanel } from './step-panel.tsx'
import { StepTable } from './step-table.tsx'
import { toShown, useTitleProgress } from './title-progress.ts'
import { toStepFilter, toStepsQuery, toStepsView } from './steps-view.ts'

type OperationPageProps = {
  /** What the server read. */
  first: OperationDetail
  role: Role
  renderHeader: (operation: OperationDetail, actions: ReactNode) => ReactNode
}

/** One operation as it goes: what it is, how far it is, its batches, and its steps; what is shown of them stands in the address. */
export function OperationPage({ first, role, renderHeader }: OperationPageProps) {
  const { data: operation } = useQuery({ ...operationQuery(first.id), initialData: first })
  useTitleProgress(first.id, toShown(operation.state, toProgress(operation.counts)))
  const { view, show, type } = useAddressView(toStepsView, toStepsQuery)
  const scroller = useRef<HTMLDivElement>(null)
  const filter = useMemo(() => toStepFilter(view), [view])
  const { id, action } = operation
  const mayReadAudit = may({ role }, 'readAudit')
  const clear = () => show({ ...view, text: '', states: [], batch: null })
  return (
    <>
      {renderHeader(operation, <OperationActions operation={operation} role={role} />)}
      <div className="flex min-h-0 flex-1 flex-col">
        <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto">
          <OperationFacts operation={operation} mayReadAudit={mayReadAudit} />
          <OperationProgress operation={operation} shown={view.states} onShow={(states) => show({ ...view, states })} />
          <BatchStrip batches={operation.batches} shown={view.batch} onShow={(batch) => show({ ...view, batch })} />
          <StepFilterBar view={view} onType={type} onShow={show} onClear={clear} />
          <StepTable
            id={id}
            action={action}
            filter={filter}
            open={view.open}
            onOpen={(position) => show({ ...view, open: position === view.open ? null : position })}
            scroller={scroller}
            onClear={clear}
          />
        </div>
        {view.open !== null && <StepPanel id={id} position={view.open} action={action} mayReadAudit={mayReadAudit} onClose={() => show({ ...view, open: null })} />}
      </div>
    </>
  )
}
