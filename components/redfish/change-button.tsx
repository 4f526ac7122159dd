'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { RawRequestAnswer } from '#lib/api/contract.ts'
import { Button } from '../ui/button.tsx'

const ChangeDialog = dynamic(() => import('./change-dialog.tsx').then((module) => module.ChangeDialog), { ssr: false })

type Props = { node: string; path: string; answer: NonNullable<RawRequestAnswer['answer']> }

/** Opens what an administrator may send to this resource. */
export function ChangeButton({ node, path, answer }: Props) {
  const t = useTranslations('redfish.change')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {t('open')}
      </Button>
      {isOpen && <ChangeDialog node={node} path={path} answer={answer} onClose={() => setOpen(false)} />}
    </>
  )
}
