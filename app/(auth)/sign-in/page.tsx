import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { redirect } from 'next/navigation'
import { currentUser } from '#lib/auth/current-user.ts'
import { SignIn } from '#components/account/sign-in.tsx'
import { toLocalPath } from '#components/account/local-path.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('account')
  return { title: t('signInTitle') }
}

type Search = { next?: string | string[]; out?: string; ended?: string }

export default async function SignInPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { next, out, ended } = await searchParams
  const goal = toLocalPath(next)
  if ((await currentUser()) !== null) redirect(goal)
  return <SignIn next={goal} note={ended === undefined ? (out === undefined ? null : 'out') : 'ended'} />
}
