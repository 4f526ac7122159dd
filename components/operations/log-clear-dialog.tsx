'use client'

import { useTranslations } from 'next-intl'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'

/** Empties the logs of BMCs; what was in them stays in Baseboard. */
export function LogClearDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  return <AskDialog {...props} isHarsh action="ClearLog" options={{}} title={(what) => t('logClearTitle', { what })} description={() => t('logClearText')} />
}
