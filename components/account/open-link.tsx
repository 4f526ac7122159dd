'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type * as z from 'zod/mini'
import type { invitationLook } from '#lib/api/contract.ts'
import { door } from '#lib/api/doors.ts'
import { toErrorWords } from '#lib/api/error-key.ts'
import { ask } from '#lib/api/fetcher.ts'
import { paths } from '#lib/api/paths.ts'
import { Button } from '#components/ui/button.tsx'
import { Link } from '#components/ui/link.tsx'
import { ErrorState, Skeleton } from '#components/ui/states.tsx'
import { NewAccountForm } from './new-account-form.tsx'

type Look = z.infer<typeof invitationLook>
type Found = { state: 'looking' } | { state: 'found'; look: Look } | { state: 'refused'; error: unknown }

function onHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** The token stands in the fragment, which the browser sends to nobody; null while the server renders. */
const useToken = () =>
  useSyncExternalStore(
    onHash,
    () => location.hash.slice(1),
    () => null,
  )

function useLook(token: string): Found {
  const [found, setFound] = useState<Found>({ state: 'looking' })
  useEffect(() => {
    const stop = new AbortController()
    ask(door('invitationLook'), paths.invitationLook(), { method: 'POST', body: { token }, signal: stop.signal }).then(
      (look) => setFound({ state: 'found', look }),
      (error: unknown) => {
        if (!stop.signal.aborted) setFound({ state: 'refused', error })
      },
    )
    return () => stop.abort()
  }, [token])
  return found
}

function Looking() {
  const t = useTranslations('account')
  return (
    <output aria-label={t('looking')} className="flex flex-col gap-4">
      <Skeleton className="h-4 w-40" />
      <Skeleton className="h-3 w-64" />
      <Skeleton className="h-8 w-full" />
      <Skeleton className="h-8 w-full" />
      <Skeleton className="h-8 w-full" />
    </output>
  )
}

function Refused({ kind, error, again }: { kind: Look['kind']; error: unknown; again: () => void }) {
  const t = useTranslations('account')
  const common = useTranslations('common')
  const errors = useTranslations('errors')
  const { key, values } = toErrorWords(error)
  const dead = key.startsWith('link-')
  return (
    <ErrorState
      className="px-0! py-0!"
      title={t('linkBadTitle')}
      action={dead ? <Link href="/sign-in">{t('toSignIn')}</Link> : <Button onClick={again}>{common('retry')}</Button>}
    >
      <p>{errors(key, values)}</p>
      {dead && <p className="mt-1">{kind === 'claim' ? t('linkBadClaim') : t('linkBadOther')}</p>}
    </ErrorState>
  )
}

function useWordsOf(look: Look) {
  const t = useTranslations('account')
  const roles = useTranslations('roles')
  const hints = useTranslations('roleHints')
  switch (look.kind) {
    case 'claim':
      return { title: t('claimTitle'), text: t('claimText'), submit: t('claimDo') }
    case 'invite':
      return { title: t('inviteTitle'), text: t('inviteText', { role: roles(look.role), hint: hints(look.role) }), submit: t('inviteDo') }
    case 'reset':
      return { title: t('resetTitle'), text: t('resetText', { user: look.user ?? '' }), submit: t('resetDo') }
  }
}

function Open({ token, look }: { token: string; look: Look }) {
  const words = useWordsOf(look)
  return (
    <>
      <h1 className="text-title font-semibold">{words.title}</h1>
      <p className="mt-1 mb-5 text-muted">{words.text}</p>
      <NewAccountForm token={token} purpose={look} submitLabel={words.submit} />
    </>
  )
}

function LookAndOpen({ token, kind, again }: { token: string; kind: Look['kind']; again: () => void }) {
  const found = useLook(token)
  if (found.state === 'looking') return <Looking />
  if (found.state === 'refused') return <Refused kind={kind} error={found.error} again={again} />
  return <Open token={token} look={found.look} />
}

/** The page behind a link: what it is for, and the form that uses it. `kind` is what the address says, the answer what it is. */
export function OpenLink({ kind }: { kind: Look['kind'] }) {
  const t = useTranslations('account')
  const token = useToken()
  const [round, setRound] = useState(0)
  if (token === null) return <Looking />
  if (token !== '') return <LookAndOpen key={`${token} ${round}`} token={token} kind={kind} again={() => setRound(round + 1)} />
  return (
    <ErrorState className="px-0! py-0!" title={t('linkMissingTitle')} action={<Link href="/sign-in">{t('toSignIn')}</Link>}>
      {t('linkMissingText')}
    </ErrorState>
  )
}
