'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { imageServingQuery, imagesQuery } from '#lib/api/image-queries.ts'
import { toSize } from '#lib/domain/amount-words.ts'
import { bootsBy, type ImageFacts } from '#lib/domain/image.ts'
import { parseShare } from '#lib/domain/share.ts'
import { Button } from '../ui/button.tsx'
import { Link } from '../ui/link.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'

/** What is chosen: an image of the library, or what another server shares; null while nothing fits. */
export type ChosenImage = { request: { image: string } | { share: string; shareUser?: string; sharePassword?: string }; facts: ImageFacts | null } | null

/** An address in the form that is wanted; no language has another. */
const shareExample = 'nfs://10.0.0.5/export/debian.iso'

const elsewhere = '//'
/** Small images that fetch the rest by network: the way for slow lines (netboot.xyz, iPXE). */
const startsFromNetwork = /^(?:netboot|ipxe)/i

type ImageChoiceProps = { onChange: (chosen: ChosenImage) => void }

/** An image of the library by its name, or the address of one on another server. */
export function ImageChoice({ onChange }: ImageChoiceProps) {
  const t = useTranslations('more.image')
  const { data, isError } = useQuery(imagesQuery())
  const { data: serving } = useQuery(imageServingQuery())
  const ready = data?.images.filter(({ state }) => state === 'ready') ?? []
  const [value, setValue] = useState('')
  const [share, setShare] = useState('')
  const [signIn, setSignIn] = useState({ user: '', password: '' })
  const small = ready.find(({ name }) => startsFromNetwork.test(name))
  const parsed = share === '' ? null : parseShare(share.trim())

  function choose(next: string): void {
    setValue(next)
    const image = ready.find(({ name }) => name === next)
    if (next === elsewhere) tellShare(share, signIn)
    else onChange(image === undefined ? null : { request: { image: image.name }, facts: image.facts })
  }
  function tellShare(text: string, next: typeof signIn): void {
    setShare(text)
    setSignIn(next)
    const found = parseShare(text.trim())
    const { user, password } = next
    const isSignedIn = 'url' in found && found.protocol === 'cifs' && (user !== '' || password !== '')
    if ('why' in found || (isSignedIn && (user === '' || password === ''))) onChange(null)
    else onChange({ request: { share: found.url, ...(isSignedIn ? { shareUser: user, sharePassword: password } : {}) }, facts: null })
  }

  return (
    <div className="flex flex-col gap-3">
      <Select
        label={t('label')}
        mono
        value={value}
        onChange={choose}
        choices={[
          ...(value === '' ? [{ value: '', label: t('choose') }] : []),
          ...ready.map(({ name, bytes }) => ({ value: name, label: name, hint: bytes === null ? undefined : toSize(bytes) })),
          { value: elsewhere, label: t('elsewhere') },
        ]}
      />
      {serving?.mediaAddress === null && value !== elsewhere && (
        <p className="text-warning">
          {t('noAddress')} <Link href="/settings/images">{t('setAddress')}</Link>
        </p>
      )}
      {isError && <p className="text-warning">{t('failed')}</p>}
      {data !== undefined && ready.length === 0 && (
        <p className="text-muted">
          {t('none')} <Link href="/images">{t('library')}</Link>
        </p>
      )}
      {small !== undefined && value !== small.name && (
        <p className="flex flex-wrap items-center gap-2 text-muted">
          {t('slow')}
          <Button size="sm" onClick={() => choose(small.name)}>
            {small.name}
          </Button>
        </p>
      )}
      {small !== undefined && value === small.name && <p className="text-muted">{t('slowChosen')}</p>}
      {value === elsewhere && (
        <TextField
          mono
          label={t('share')}
          hint={t('shareHint')}
          placeholder={shareExample}
          error={parsed !== null && 'why' in parsed ? t('shareWrong') : null}
          value={share}
          onChange={(event) => tellShare(event.target.value, signIn)}
        />
      )}
      {value === elsewhere && parsed !== null && 'url' in parsed && parsed.protocol === 'cifs' && (
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <TextField label={t('shareUser')} hint={t('shareUserHint')} autoComplete="off" value={signIn.user} onChange={(event) => tellShare(share, { ...signIn, user: event.target.value })} />
          <PasswordField
            label={t('sharePassword')}
            hint={t('sharePasswordHint')}
            autoComplete="new-password"
            error={signIn.user !== '' && signIn.password === '' ? t('sharePasswordMissing') : null}
            value={signIn.password}
            onChange={(event) => tellShare(share, { ...signIn, password: event.target.value })}
          />
        </div>
      )}
    </div>
  )
}

/** What the image says against this mode of the firmware; null when nothing does. */
export function whyNotIn(facts: ImageFacts | null, mode: 'asis' | 'uefi' | 'legacy'): 'noBoot' | 'noUefi' | 'noLegacy' | null {
  if (facts === null) return null
  const [uefi, legacy] = [bootsBy(facts, 'uefi'), bootsBy(facts, 'bios')]
  if (!uefi && !legacy) return 'noBoot'
  if (!uefi && mode !== 'legacy') return 'noUefi'
  return !legacy && mode === 'legacy' ? 'noLegacy' : null
}
