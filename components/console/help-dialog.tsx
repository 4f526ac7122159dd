'use client'

import { useTranslations } from 'next-intl'
import { Dialog, DialogPart } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'

const ours = ['leave', 'find', 'copy', 'paste', 'scroll'] as const
const eaten = ['close', 'tab', 'window', 'switch'] as const

const combos = {
  leave: 'Ctrl Shift L',
  find: 'Ctrl Shift F',
  copy: 'Ctrl Shift C',
  paste: 'Ctrl Shift V, ⌘V',
  scroll: 'Shift PgUp / PgDn',
  close: 'Ctrl W',
  tab: 'Ctrl T',
  window: 'Ctrl N',
  switch: 'Ctrl Tab, Ctrl 1…9',
} as const

/** The keys: ours, those that the browser keeps, and what has no meaning on a serial line. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('console.help')
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('title')} description={t('text')}>
      <DialogPart>
        <Keys names={ours} />
      </DialogPart>
      <DialogPart>
        <h3 className="mb-2 font-medium">{t('eaten')}</h3>
        <Keys names={eaten} />
        <p className="mt-3 text-muted">{t('eatenText')}</p>
      </DialogPart>
      <DialogPart className="flex flex-col gap-2 text-muted">
        <p>{t('breakText')}</p>
        <p>{t('cadText')}</p>
        <p>{t('answersText')}</p>
        <p>{t('sizeText')}</p>
      </DialogPart>
    </Dialog>
  )
}

function Keys({ names }: { names: readonly (keyof typeof combos)[] }) {
  const t = useTranslations('console.help.keys')
  return (
    <dl className="grid grid-cols-[10rem_1fr] gap-x-4 gap-y-2 max-sm:grid-cols-1 max-sm:gap-y-1">
      {names.map((name) => (
        <div key={name} className="contents">
          <dt>
            <Kbd>{combos[name]}</Kbd>
          </dt>
          <dd className="text-muted max-sm:mb-2">{t(name)}</dd>
        </div>
      ))}
    </dl>
  )
}
