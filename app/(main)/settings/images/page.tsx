import { notFound } from 'next/navigation'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { MediaAddress } from '#components/settings/media-address.tsx'

export default async function ImagesPage() {
  if (!may(await requireUser(), 'manageSettings')) notFound()
  return <MediaAddress />
}
