'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'

/** How many watts may be asked for at all; what a BMC takes of them it says itself. */
const mostWatts = 65_535

function toWatts(typed: string): number | null {
  const watts = Number(typed.trim())
  return typed.trim() !== '' && Number.isInteger(watts) && watts >= 1 && watts <= mostWatts ? watts : null
}

/** How much nodes may draw at most, each of them; or as much as they want again. */
export function PowerCapDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const { targets } = props
  const known = targets.length === 1 ? targets[0]?.capabilities?.powerCap : undefined
  const [typed, setTyped] = useState(known?.limit === undefined ? '' : String(Math.round(known.limit)))
  const [lifts, setLifts] = useState(false)
  const what = targets.length === 1 ? targets[0]!.name : t('nodes', { count: targets.length })
  const watts = toWatts(typed)
  const { minimum, maximum } = known ?? {}
  const hasRange = minimum !== undefined && maximum !== undefined && maximum > 0
  return (
    <AskDialog
      {...props}
      isHarsh={false}
      title={lifts ? t('capLiftTitle', { what }) : t('capTitle', { what })}
      description={lifts ? t('capLiftText') : t('capText')}
      toRequest={() => (lifts ? { kind: 'power-cap', action: 'LiftPowerCap' } : watts === null ? null : { kind: 'power-cap', action: 'SetPowerCap', capWatts: watts })}
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
