'use client'

import { OperationPage } from '#components/operations/operation-page.tsx'
import { OperationTitle } from '#components/operations/operation-title.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import type { OperationDetail } from '#lib/domain/operation-detail.ts'

/** The page of one operation under the bar of every page. */
export function OperationView({ first }: { first: OperationDetail }) {
  const { role } = useUser()
  return <OperationPage first={first} role={role} renderHeader={(operation, actions) => <PageHeader title={<OperationTitle operation={operation} />} actions={actions} />} />
}
