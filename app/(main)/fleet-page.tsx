'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useRouter, useSearchParams } from 'next/navigation'
import { Fleet } from '#components/fleet/fleet.tsx'
import { PowerMenu } from '#components/operations/power-menu.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import { Button } from '#components/ui/button.tsx'
import type { Node } from '#lib/domain/node.ts'
import type { OperationList } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'

const AddNode = dynamic(() => import('#components/node/add-node.tsx').then((module) => module.AddNode), { ssr: false })

/** Puts the fleet together with what other features bring to it. `?add` opens the form for a new node. */
export function FleetPage({ nodes, operations }: { nodes: readonly Node[] | undefined; operations: OperationList }) {
  const t = useTranslations('fleet')
  const { role } = useUser()
  const router = useRouter()
  const search = useSearchParams()
  const mayEdit = may({ role }, 'editNodes')
  const showAdd = (open: boolean) => {
    const next = new URLSearchParams(search)
    if (open) next.set('add', '')
    else next.delete('add')
    const query = next.toString()
    window.history.replaceState(null, '', query === '' ? window.location.pathname : `?${query}`)
  }
  const add = (
    <Button onClick={() => showAdd(true)}>
      <Plus size={15} aria-hidden />
      {t('add')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('title')} actions={mayEdit ? add : undefined} />
      <Fleet nodes={nodes} operations={operations} mayEdit={mayEdit} add={add} renderActions={(selected) => <PowerMenu targets={selected} role={role} />} />
      {mayEdit && search.has('add') && (
        <AddNode onClose={() => showAdd(false)} onAdded={(name) => router.push(`/nodes/${encodeURIComponent(name)}`)} />
      )}
    </>
  )
}
