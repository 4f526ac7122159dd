'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'

const RecordingDialog = dynamic(() => import('./recording-dialog.tsx').then((module) => module.RecordingDialog), { ssr: false })

/** Opens the recording of the whole tree: to make one, to see how far it is, to take it along. */
export function RecordingButton({ node }: { node: string }) {
  const t = useTranslations('redfish.recording')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('open')}</Button>
      {isOpen && <RecordingDialog node={node} onClose={() => setOpen(false)} />}
    </>
  )
}
