import { getTranslations } from 'next-intl/server'
import type { Role } from '#lib/domain/role.ts'
import { EmptyState } from '../ui/states.tsx'

/** For whoever may not open a console: what they see may be a password prompt, what they type runs as root. */
export async function NoConsole({ role }: { role: Role }) {
  const t = await getTranslations('console')
  const roles = await getTranslations('roles')
  return <EmptyState title={t('noRole', { role: roles(role) })}>{t('noRoleText')}</EmptyState>
}
