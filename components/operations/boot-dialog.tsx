'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { bootTargets, toBootTargets, type BootTarget } from '#lib/domain/boot.ts'
import { DialogPart } from '../ui/dialog.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'
import { BootFields } from './boot-fields.tsx'
import { toBootOptions, usualBoot } from './boot-form.ts'
import type { Target } from './plan.ts'

/** What a node's BMC allows; everything for many, each of which will say by itself what it cannot. */
function choicesOf(targets: readonly Target[]): readonly BootTarget[] {
  const allowed = targets.length === 1 ? targets[0]?.capabilities?.boot?.targets : undefined
  const known = allowed === undefined ? [] : toBootTargets(allowed)
  return known.length === 0 ? bootTargets : known
}

/** From what nodes start next, or always; and, if wanted, at once. */
export function BootDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const choices = choicesOf(props.targets)
  const [form, setForm] = useState(() => (choices.includes(usualBoot.target) ? usualBoot : { ...usualBoot, target: choices[0]! }))
  const { start } = form
  return (
    <AskDialog
      {...props}
      isHarsh={start}
      action="SetBoot"
      options={toBootOptions(form)}
      title={(what) => (start ? t('bootStartTitle', { what }) : t('bootTitle', { what }))}
      description={() => (start ? t('bootStartText') : t('bootText'))}
    >
      {(isFixed) => (
        <DialogPart>
          <BootFields form={form} choices={choices} frozen={isFixed} onChange={setForm} />
        </DialogPart>
      )}
    </AskDialog>
  )
}
