'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Section } from './section.tsx'

const RemoveDialog = dynamic(() => import('./remove-dialog.tsx').then((module) => module.RemoveDialog), { ssr: false })

/** The last thing on the page: taking the node out of Baseboard. */
export function RemoveNode({ name, onRemoved }: { name: string; onRemoved: () => void }) {
  const t = useTranslations('node.settings')
  const [open, setOpen] = useState(false)
  return (
    <Section title={t('delete')}>
      <p className="mb-3 text-muted">{t('deleteHint')}</p>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {t('deleteOpen')}
      </Button>
      {open && <RemoveDialog name={name} onClose={() => setOpen(false)} onRemoved={onRemoved} />}
    </Section>
  )
}
