import { notFound } from 'next/navigation'
import { Receivers } from '#components/alerts/receivers.tsx'
import { Rules } from '#components/alerts/rules.tsx'
import { Silences } from '#components/alerts/silences.tsx'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { PageWords } from '../../../../i18n/page-words.tsx'

/** Who is told, what is watched, and what is kept quiet. */
export default async function AlertsSettingsPage() {
  if (!may(await requireUser(), 'manageAlerts')) notFound()
  return (
    <PageWords names={['settings', 'alerts', 'sensors']}>
      <Receivers />
      <Rules />
      <Silences mayEdit />
    </PageWords>
  )
}
