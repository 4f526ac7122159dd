import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { BaseboardError } from '#lib/domain/errors.ts'
import { userOfRequest } from './request-user.ts'
import type { SignedInUser } from './signed-in-user.ts'

export type { SignedInUser } from './signed-in-user.ts'

/** Who asks for this page, or null. For server components; asked once per request. */
export const currentUser: () => Promise<SignedInUser | null> = cache(async () => {
  const jar = (await cookies()).getAll().map(({ name, value }) => [name, value] as const)
  return userOfRequest(await headers(), Object.fromEntries(jar)).catch((error: unknown) => {
    if (error instanceof BaseboardError && error.status === 401) return null
    throw error
  })
})

/** Who asks for this page; nobody is sent to the sign-in, and comes back here after it. */
export async function requireUser(): Promise<SignedInUser> {
  const user = await currentUser()
  if (user !== null) return user
  const path = (await headers()).get('x-baseboard-path')
  redirect(path === null || path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`)
}
