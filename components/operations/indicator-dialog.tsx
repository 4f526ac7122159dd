'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'

const actions = ['IndicatorOn', 'IndicatorOff'] as const
type IndicatorAction = (typeof actions)[number]

/** Switches the locate lights of nodes. */
export function IndicatorDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const [action, setAction] = useState<IndicatorAction>('IndicatorOn')
  return (
    <AskDialog {...props} isHarsh={false} action={action} options={{}} title={(what) => t(`indicatorTitle.${action}`, { what })} description={() => t('indicatorText')}>
      {(isFixed) => (
        <DialogPart>
          <fieldset disabled={isFixed}>
            <legend className="sr-only">{t('indicator')}</legend>
            <Select<IndicatorAction> label={t('light')} value={action} onChange={setAction} choices={actions.map((value) => ({ value, label: t(`lights.${value}`) }))} />
          </fieldset>
        </DialogPart>
      )}
    </AskDialog>
  )
}
