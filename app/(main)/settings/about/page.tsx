import { requireUser } from '#lib/auth/current-user.ts'
import { About } from '#components/settings/about.tsx'

export default async function AboutPage() {
  const { name, role } = await requireUser()
  return <About name={name} role={role} />
}
