'use client'

import { useTranslations } from 'next-intl'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'

/** Restarts BMCs: their nodes go on, and are not seen for a minute or two. */
export function BmcResetDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const { targets } = props
  const what = targets.length === 1 ? targets[0]!.name : t('nodes', { count: targets.length })
  return <AskDialog {...props} isHarsh title={t('bmcResetTitle', { what })} description={t('bmcResetText')} toRequest={() => ({ kind: 'bmc-reset', action: 'ResetBmc' })} />
}
