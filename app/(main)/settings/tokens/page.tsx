import { requireUser } from '#lib/auth/current-user.ts'
import { may } from '#lib/domain/permission.ts'
import { Tokens } from '#components/settings/tokens.tsx'

export default async function TokensPage() {
  const user = await requireUser()
  const me = { name: user.name, role: user.role }
  return (
    <>
      <Tokens of="own" me={me} />
      {may(user, 'manageUsers') && <Tokens of="site" me={me} />}
    </>
  )
}
