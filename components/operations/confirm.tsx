'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { typeNumberAbove } from '#lib/domain/confirmation.ts'

type ConfirmProps = { count: number; typed: string; onType: (text: string) => void; onConfirm: () => void; /** The buttons. */ children: ReactNode }

/** The end of a dialog that does something to nodes: for many of them their number is typed first. */
export function Confirm({ count, typed, onType, onConfirm, children }: ConfirmProps) {
  const t = useTranslations('operations')
  return (
    <form
      className="flex w-full flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        onConfirm()
      }}
    >
      {count > typeNumberAbove && (
        <label className="mr-auto flex items-center gap-2">
          {t('typeNumber', { count })}
          <input
            value={typed}
            onChange={(event) => onType(event.target.value)}
            inputMode="numeric"
            autoComplete="off"
            className="h-8 w-18 rounded-md border border-line-control bg-background px-2.5 max-sm:min-h-11"
          />
        </label>
      )}
      <span className="ml-auto flex gap-2 max-sm:flex-wrap">{children}</span>
    </form>
  )
}
