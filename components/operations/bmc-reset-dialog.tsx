'use client'

import { useTranslations } from 'next-intl'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'

/** Restarts BMCs: their nodes go on, and are not seen for a minute or two. */
export function BmcResetDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  return <AskDialog {...props} isHarsh action="ResetBmc" options={{}} title={(what) => t('bmcResetTitle', { what })} description={() => t('bmcResetText')} />
}
