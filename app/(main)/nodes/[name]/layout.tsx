import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { requireUser } from '#lib/auth/current-user.ts'
import { readNode } from '#lib/data/nodes.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { PageWords } from '../../../../i18n/page-words.tsx'
import { NodeFrame } from './node-frame.tsx'

type Props = { params: Promise<{ name: string }>; children: ReactNode }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) }
}

/** The head and tabs of a node, over whichever of its pages. */
export default async function NodeLayout({ params, children }: Props) {
  const user = await requireUser()
  const name = decodeURIComponent((await params).name)
  const node = await readNode(user, name).catch((error: unknown) => {
    if (error instanceof BaseboardError && error.status === 404) notFound()
    throw error
  })
  return (
    <PageWords names={['node', 'more', 'maintenance', 'sensors', 'fans', 'failure', 'power', 'when', 'operations', 'audit', 'events', 'inventory', 'firmware', 'bios', 'bootProgress', 'reason']}>
      <NodeFrame node={node}>{children}</NodeFrame>
    </PageWords>
  )
}
