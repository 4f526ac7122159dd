import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireUser, type SignedInUser } from '#lib/auth/current-user.ts'
import { countNodes, listNodes } from '#lib/data/nodes.ts'
import { listOperations } from '#lib/data/operations-read.ts'
import { PageWords } from '../../i18n/page-words.tsx'
import { FleetPage } from './fleet-page.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('fleet')
  return { title: t('title') }
}

/** A larger fleet comes by the API after the page: its rows in the HTML would hold up the first sight of it. */
const mostInHtml = 300

const firstNodes = async (user: SignedInUser) => ((await countNodes(user)) <= mostInHtml ? listNodes(user) : undefined)

export default async function Page() {
  const user = await requireUser()
  const [nodes, operations] = await Promise.all([firstNodes(user), listOperations(user, { state: 'running' })])
  return (
    <PageWords names={['fleet', 'more', 'maintenance', 'failure', 'power', 'when', 'operations', 'node', 'reason']}>
      <FleetPage nodes={nodes} operations={operations} />
    </PageWords>
  )
}
