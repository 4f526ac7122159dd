import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { requireUser, type SignedInUser } from '#lib/auth/current-user.ts'
import { readOperationDetail } from '#lib/data/operations-read.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { PageWords } from '../../../../i18n/page-words.tsx'
import { OperationView } from './operation-view.tsx'

type Props = { params: Promise<{ id: string }> }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What is no id of anything is not put to the database. */
async function find(user: SignedInUser, id: string) {
  if (!uuid.test(id)) notFound()
  return readOperationDetail(user, id).catch((error: unknown) => {
    if (error instanceof BaseboardError && error.status === 404) notFound()
    throw error
  })
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const user = await requireUser()
  const t = await getTranslations('operations')
  const { action, nodes } = await find(user, (await params).id)
  return { title: `${t(`name.${action}`)} ${nodes.length > 60 ? `${nodes.slice(0, 60)}…` : nodes}` }
}

export default async function Page({ params }: Props) {
  const user = await requireUser()
  const operation = await find(user, (await params).id)
  return (
    <PageWords names={['operations', 'power', 'bootProgress']}>
      <OperationView first={operation} />
    </PageWords>
  )
}
