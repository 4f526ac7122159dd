import { notFound } from 'next/navigation'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { OpenLinks } from '#components/settings/open-links.tsx'
import { People } from '#components/settings/people.tsx'

export default async function UsersPage() {
  const user = await requireUser()
  if (!may(user, 'manageUsers')) notFound()
  return (
    <>
      <People me={user.name} />
      <OpenLinks />
    </>
  )
}
