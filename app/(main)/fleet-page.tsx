'use client'

import { Ellipsis, Pencil, Plus, Wrench } from 'lucide-react'
import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { Fleet } from '#components/fleet/fleet.tsx'
import { MoreMenu } from '#components/operations/more-menu.tsx'
import { PowerMenu } from '#components/operations/power-menu.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { useUser } from '#components/shell/user-context.tsx'
import { Button, IconButton } from '#components/ui/button.tsx'
import { ButtonLink, Link } from '#components/ui/link.tsx'
import { MenuButton, type MenuEntry } from '#components/ui/menu-button.tsx'
import { paths } from '#lib/api/paths.ts'
import type { Node } from '#lib/domain/node.ts'
import type { OperationList } from '#lib/api/contract.ts'
import { may } from '#lib/domain/permission.ts'

const EditNodes = dynamic(() => import('#components/fleet/edit-nodes.tsx').then((module) => module.EditNodes), { ssr: false })
const MaintenanceDialog = dynamic(() => import('#components/alerts/maintenance-dialog.tsx').then((module) => module.MaintenanceDialog), { ssr: false })
const AddNode = dynamic(() => import('#components/node/add-node.tsx').then((module) => module.AddNode), { ssr: false })

/** The pages that show the fleet in another way. */
function OtherViews() {
  const t = useTranslations('fleet')
  return (
    <span className="flex gap-x-4">
      {(['groups', 'power', 'firmware'] as const).map((view) => (
        <Link key={view} href={`/${view}`} prefetch={false} className="max-sm:py-3">
          {t(view)}
        </Link>
      ))}
    </span>
  )
}

/** Puts the fleet together with what other features bring to it. `?add` opens the form for a new node. */
export function FleetPage({ nodes, operations }: { nodes: readonly Node[] | undefined; operations: OperationList }) {
  const t = useTranslations('fleet')
  const { role } = useUser()
  const router = useRouter()
  const search = useSearchParams()
  const mayEdit = may({ role }, 'editNodes')
  const maintenance = useTranslations('maintenance')
  const [edited, setEdited] = useState<readonly Node[] | null>(null)
  const [maintained, setMaintained] = useState<readonly Node[] | null>(null)
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
  const save = (format: 'csv' | 'json') => () => window.location.assign(paths.nodeExport(format))
  const more: MenuEntry[] = [
    ...(mayEdit ? [{ label: t('addRange'), href: '/add/range' }, { label: t('addFile'), href: '/add/file' }, { label: t('addScan'), href: '/add/scan' }, { kind: 'line' as const }] : []),
    { label: t('exportCsv'), onSelect: save('csv') },
    { label: t('exportJson'), onSelect: save('json') },
  ]
  const firstSteps = (
    <>
      {add}
      <ButtonLink href="/add/range">{t('addRange')}</ButtonLink>
      <ButtonLink href="/add/file">{t('addFile')}</ButtonLink>
      <ButtonLink href="/add/scan">{t('addScan')}</ButtonLink>
    </>
  )
  return (
    <>
      <PageHeader
        title={t('title')}
        sub={<OtherViews />}
        actions={
          <>
            {mayEdit && (
              <Button onClick={() => showAdd(true)}>
                <Plus size={15} aria-hidden />
                <span className="max-sm:sr-only">{t('add')}</span>
              </Button>
            )}
            <MenuButton label={t('more')} entries={more} align="end">
              <Ellipsis size={15} aria-hidden />
            </MenuButton>
          </>
        }
      />
      <Fleet
        nodes={nodes}
        operations={operations}
        mayEdit={mayEdit}
        add={firstSteps}
        renderActions={(selected) => (
          <>
            {mayEdit && (
              <Button onClick={() => setEdited(selected)}>
                <Pencil size={14} aria-hidden />
                <span className="max-sm:sr-only">{t('edit.button')}</span>
              </Button>
            )}
            {may({ role }, 'silence') && (
              <IconButton label={maintenance('button')} onClick={() => setMaintained(selected)}>
                <Wrench size={15} aria-hidden />
              </IconButton>
            )}
            <PowerMenu targets={selected} role={role} />
            <MoreMenu targets={selected} role={role} />
          </>
        )}
      />
      {maintained !== null && <MaintenanceDialog nodes={maintained} onClose={() => setMaintained(null)} />}
      {edited !== null && <EditNodes nodes={edited} onClose={() => setEdited(null)} />}
      {mayEdit && search.has('add') && (
        <AddNode onClose={() => showAdd(false)} onAdded={(name) => router.push(`/nodes/${encodeURIComponent(name)}`)} />
      )}
    </>
  )
}
