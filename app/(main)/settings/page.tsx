import { redirect } from 'next/navigation'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'

/** The settings begin with what this person can change. */
export default async function SettingsPage() {
  redirect(may(await requireUser(), 'manageUsers') ? '/settings/users' : '/settings/appearance')
}
