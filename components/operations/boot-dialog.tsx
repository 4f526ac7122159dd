'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { bootTargets, toBootTargets, type BootLasting, type BootMode, type BootTarget } from '#lib/domain/boot.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { Select } from '../ui/select.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'
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
  const { targets } = props
  const choices = choicesOf(targets)
  const [target, setTarget] = useState<BootTarget>(choices.includes('pxe') ? 'pxe' : choices[0]!)
  const [lasting, setLasting] = useState<BootLasting>('once')
  const [mode, setMode] = useState<BootMode | 'asis'>('asis')
  const [uri, setUri] = useState('')
  const [start, setStart] = useState(false)
  const what = targets.length === 1 ? targets[0]!.name : t('nodes', { count: targets.length })
  const wantsUri = target === 'http' && uri.trim() !== ''
  const boot = { target, lasting, ...(mode === 'asis' ? {} : { mode }), ...(wantsUri ? { uri: uri.trim() } : {}) }
  return (
    <AskDialog
      {...props}
      isHarsh={start}
      title={start ? t('bootStartTitle', { what }) : t('bootTitle', { what })}
      description={start ? t('bootStartText') : t('bootText')}
      toRequest={() => ({ kind: 'boot', action: 'SetBoot', boot, ...(start ? { start } : {}) })}
    >
      {(isFixed) => (
        <DialogPart>
          <fieldset disabled={isFixed} className="grid gap-3 sm:grid-cols-3">
            <legend className="sr-only">{t('boot')}</legend>
            <Select<BootTarget> label={t('from')} value={target} onChange={setTarget} choices={choices.map((value) => ({ value, label: t(`target.${value}`) }))} />
            <Select<BootLasting> label={t('lasting')} value={lasting} onChange={setLasting} choices={(['once', 'always'] as const).map((value) => ({ value, label: t(`lastings.${value}`) }))} />
            <Select<BootMode | 'asis'> label={t('mode')} value={mode} onChange={setMode} choices={(['asis', 'uefi', 'legacy'] as const).map((value) => ({ value, label: t(`modes.${value}`) }))} />
            {target === 'http' && <TextField mono className="sm:col-span-3" label={t('uri')} hint={t('uriHint')} value={uri} onChange={(event) => setUri(event.target.value)} />}
            <Checkbox className="sm:col-span-3" checked={start} onChange={(event) => setStart(event.target.checked)}>
              {t('start')}
            </Checkbox>
          </fieldset>
        </DialogPart>
      )}
    </AskDialog>
  )
}
