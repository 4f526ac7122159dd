'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { isDisruptive } from '#lib/domain/reset-rules.ts'
import type { PowerAction } from '#lib/domain/power.ts'
import { useNow } from '../ui/clock.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'
import { canForce, ForceChoice, toForceAfter, usualForce } from './force-choice.tsx'
import { composedOf, type Target } from './plan.ts'

/** Switches the power of nodes; what a BMC has not is made of what it has, and that is said. */
export function PowerDialog({ action, ...props }: AskDialogProps & { action: PowerAction }) {
  const t = useTranslations('power')
  const nowMs = useNow()
  const [force, setForce] = useState(usualForce)
  const forceAfterSeconds = toForceAfter(force)
  const toDescription = (one: Target | null) => {
    const composed = one === null ? null : composedOf(one, action, nowMs)
    return composed === null ? t(`effect.${action}`) : t(`effectComposed.${composed}`)
  }
  return (
    <AskDialog
      {...props}
      action={action}
      options={forceAfterSeconds === null ? null : forceAfterSeconds === undefined ? {} : { forceAfterSeconds }}
      title={(what) => t(`title.${action}`, { what })}
      description={toDescription}
      isHarsh={isDisruptive(action)}
    >
      {(isFixed) =>
        canForce(action) && (
          <DialogPart>
            <ForceChoice action={action} force={force} frozen={isFixed} onChange={setForce} />
          </DialogPart>
        )
      }
    </AskDialog>
  )
}
