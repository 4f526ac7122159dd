'use client'

import { useTranslations } from 'next-intl'
import { bootTargets } from '#lib/domain/boot.ts'
import { toTarget } from '#lib/domain/operation.ts'
import { DialogPart } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'
import { BootFields } from '../operations/boot-fields.tsx'
import { canForce, ForceChoice } from '../operations/force-choice.tsx'
import type { AskedForm } from './asked.ts'

/** What belongs to the action beside its nodes; what has no boxes here is named, and stays. */
export function OptionPart({ form, frozen, onChange }: { form: AskedForm; frozen: boolean; onChange: (form: AskedForm) => void }) {
  const t = useTranslations('schedules')
  const more = useTranslations('more')
  const { action, force, boot, watts, kept } = form
  if (canForce(action)) {
    return (
      <DialogPart>
        <ForceChoice action={action} force={force} frozen={frozen} onChange={(next) => onChange({ ...form, force: next })} />
      </DialogPart>
    )
  }
  if (action === 'SetBoot') {
    return (
      <DialogPart>
        <BootFields form={boot} choices={bootTargets} frozen={frozen} onChange={(next) => onChange({ ...form, boot: next })} />
      </DialogPart>
    )
  }
  if (action === 'SetPowerCap') {
    return (
      <DialogPart>
        <TextField label={more('capWatts')} hint={more('capHint')} inputMode="numeric" autoComplete="off" disabled={frozen} value={watts} onChange={(event) => onChange({ ...form, watts: event.target.value })} />
      </DialogPart>
    )
  }
  if (kept?.action !== action || Object.keys(kept.options).length === 0) return null
  const target = toTarget(action, kept.options)
  return (
    <DialogPart className="text-muted">
      {target !== action && <p className="font-mono break-words text-text">{target}</p>}
      <p>{t('kept')}</p>
    </DialogPart>
  )
}
