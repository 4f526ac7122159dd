'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'
import { toWatts } from './watts.ts'

/** How much nodes may draw at most, each of them; or as much as they want again. */
export function PowerCapDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const { targets } = props
  const known = targets.length === 1 ? targets[0]?.capabilities?.powerCap : undefined
  const [typed, setTyped] = useState(known?.limit === undefined ? '' : String(Math.round(known.limit)))
  const [lifts, setLifts] = useState(false)
  const watts = toWatts(typed)
  const { minimum, maximum } = known ?? {}
  const hasRange = minimum !== undefined && maximum !== undefined && maximum > 0
  return (
    <AskDialog
      {...props}
      isHarsh={false}
      action={lifts ? 'LiftPowerCap' : 'SetPowerCap'}
      options={lifts ? {} : watts === null ? null : { capWatts: watts }}
      title={(what) => (lifts ? t('capLiftTitle', { what }) : t('capTitle', { what }))}
      description={() => (lifts ? t('capLiftText') : t('capText'))}
    >
      {(isFixed) => (
        <DialogPart>
          <fieldset disabled={isFixed} className="grid gap-3">
            <legend className="sr-only">{t('powerCap')}</legend>
            <TextField
              label={t('capWatts')}
              hint={hasRange ? t('capRange', { min: minimum, max: maximum }) : t('capHint')}
              inputMode="numeric"
              autoComplete="off"
              disabled={lifts}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <Checkbox checked={lifts} onChange={(event) => setLifts(event.target.checked)}>
              {t('capNone')}
            </Checkbox>
          </fieldset>
        </DialogPart>
      )}
    </AskDialog>
  )
}
