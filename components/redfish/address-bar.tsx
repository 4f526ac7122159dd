'use client'

import { RotateCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { Copy } from '../ui/copy.tsx'
import { TextField } from '../ui/text-field.tsx'
import { toAddress, toCrumbs } from './address.ts'
import { LocalLink, useGo } from './local-link.tsx'

type Props = { address: string; isReading: boolean; onReload: () => void; /** What can be done with the whole tree. */ actions?: ReactNode }

/** Where we are and where to go: the address to type, and its steps. */
export function AddressBar({ address, isReading, onReload, actions }: Props) {
  const t = useTranslations('redfish')
  return (
    <div className="flex shrink-0 flex-col gap-2 border-b px-5 py-3">
      <AddressForm key={address} address={address} isReading={isReading} onReload={onReload} actions={actions} />
      <nav aria-label={t('steps')} className="no-scrollbar flex items-center overflow-x-auto font-mono text-label max-sm:min-h-11">
        {toCrumbs(address).map((crumb, index, all) => (
          <span key={crumb.address} className="flex shrink-0 items-center whitespace-nowrap">
            <span className="px-1 text-faint" aria-hidden>
              /
            </span>
            {index === all.length - 1 ? (
              <span aria-current="page">{crumb.name}</span>
            ) : (
              <LocalLink address={crumb.address} className="rounded-sm text-muted underline decoration-line-control underline-offset-3 hover:text-text max-sm:py-3">
                {crumb.name}
              </LocalLink>
            )}
          </span>
        ))}
        <Copy text={address} label={t('copyAddress')} className="ml-1" />
      </nav>
    </div>
  )
}

/** Made anew with each address, so that what was typed does not outlive it. */
function AddressForm({ address, isReading, onReload, actions }: Props) {
  const t = useTranslations('redfish')
  const go = useGo()
  const [typed, setTyped] = useState(address)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const next = toAddress(typed)
    if (next === address) onReload()
    else go(next)
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2" aria-label={t('goLabel')}>
      <TextField
        mono
        labelHidden
        label={t('address')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={(event) => event.target.select()}
        autoCapitalize="none"
        maxLength={2048}
        inputMode="url"
        className="min-w-40 flex-1"
      />
      <Button type="submit">{t('go')}</Button>
      <IconButton kind="plain" label={t('reload')} busy={isReading} onClick={onReload}>
        <RotateCw size={14} aria-hidden className={isReading ? 'animate-spin' : undefined} />
      </IconButton>
      {actions}
    </form>
  )
}
