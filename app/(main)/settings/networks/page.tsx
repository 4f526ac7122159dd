import { notFound } from 'next/navigation'
import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { LimitsForm } from '#components/settings/limits-form.tsx'
import { NetworksForm } from '#components/settings/networks-form.tsx'

export default async function NetworksPage() {
  if (!may(await requireUser(), 'manageSettings')) notFound()
  return (
    <>
      <NetworksForm />
      <LimitsForm />
    </>
  )
}
