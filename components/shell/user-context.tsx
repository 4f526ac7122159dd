'use client'

import { createContext, use, type ReactNode } from 'react'
import type { Role } from '#lib/domain/role.ts'

export type ShellUser = { name: string; role: Role }

const UserContext = createContext<ShellUser | null>(null)

export function UserProvider({ user, children }: { user: ShellUser; children: ReactNode }) {
  return <UserContext value={user}>{children}</UserContext>
}

/** Who is signed in on this page. */
export function useUser(): ShellUser {
  const user = use(UserContext)
  if (user === null) throw new Error('useUser: no UserProvider above')
  return user
}
