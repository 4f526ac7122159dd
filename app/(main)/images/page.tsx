import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Library } from '#components/images/library.tsx'
import { PageHeader } from '#components/shell/page-header.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { listImages } from '#lib/data/images.ts'
import { may } from '#lib/domain/permission.ts'
import { PageWords } from '../../../i18n/page-words.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('images')
  return { title: t('title') }
}

/** The ISO images that nodes can be installed from. */
export default async function Page() {
  const user = await requireUser()
  const t = await getTranslations('images')
  return (
    <PageWords names={['images']}>
      <PageHeader title={t('title')} sub={t('subtitle')} />
      <Library first={await listImages(user)} mayManage={may(user, 'manageImages')} />
    </PageWords>
  )
}
