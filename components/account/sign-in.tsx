'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState, type FormEvent } from 'react'
import { ApiError } from '#lib/api/fetcher.ts'
import { signIn } from '#lib/api/session.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { PasswordField } from '#components/ui/password-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'

/** Seconds until a moment, counting down; 0 when it has passed or there is none. */
function useSecondsUntil(untilMs: number | null): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (untilMs === null) return
    const tick = () => setLeft(Math.max(0, Math.ceil((untilMs - Date.now()) / 1000)))
    tick()
    const timer = setInterval(tick, 500)
    return () => clearInterval(timer)
  }, [untilMs])
  return untilMs === null ? 0 : left
}

function useFailureWords() {
  const t = useTranslations('account')
  const words = useErrorWords()
  return (error: unknown): string => {
    if (error instanceof ApiError && error.code === 'wrong-credentials') return t('wrong')
    return words(error)
  }
}

/** One comes to this page to type. */
const focusFirst = (input: HTMLInputElement | null) => input?.focus()

type SignInProps = {
  /** Where to go afterwards: a path of this site. */
  next: string
  /** Why one is here. */
  note: 'out' | 'ended' | null
}

export function SignIn({ next, note }: SignInProps) {
  const t = useTranslations('account')
  const failureWords = useFailureWords()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [waitUntil, setWaitUntil] = useState<number | null>(null)
  const seconds = useSecondsUntil(waitUntil)
  const waiting = failure instanceof ApiError && failure.code === 'too-many-attempts' && waitUntil !== null

  const waitWords = (left: number) => {
    if (left === 0) return ''
    return left < 100 ? t('tooMany', { seconds: left }) : t('tooManyLong', { minutes: Math.ceil(left / 60) })
  }

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy || seconds > 0) return
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    setFailure(null)
    try {
      await signIn(String(fields.get('name')), String(fields.get('password')))
      location.assign(next)
    } catch (error) {
      setBusy(false)
      setFailure(error)
      setWaitUntil(error instanceof ApiError && error.retryAfterSeconds !== undefined ? Date.now() + error.retryAfterSeconds * 1000 : null)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h1 className="text-title font-semibold">{t('signInTitle')}</h1>
      {note !== null && <p className="text-muted">{note === 'out' ? t('signedOut') : t('sessionEnded')}</p>}
      <TextField label={t('name')} name="name" autoComplete="username" autoCapitalize="none" required ref={focusFirst} />
      <PasswordField label={t('password')} name="password" autoComplete="current-password" required />
      <p role="alert" className="text-critical empty:hidden">
        {waiting ? waitWords(seconds) : failure === null ? '' : failureWords(failure)}
      </p>
      <Button type="submit" kind="strong" busy={busy} disabled={seconds > 0}>
        {busy ? t('signingIn') : t('signIn')}
      </Button>
      <p className="text-label text-faint">{t('noAccount')}</p>
    </form>
  )
}
