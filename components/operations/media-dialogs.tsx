'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Checkbox } from '../ui/checkbox.tsx'
import { DialogPart } from '../ui/dialog.tsx'
import { AskDialog, type AskDialogProps } from './ask-dialog.tsx'
import { ImageChoice, type ChosenImage } from './image-choice.tsx'

/** An image is put into the virtual drive, and nothing is restarted. */
export function MountDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const [chosen, setChosen] = useState<ChosenImage>(null)
  const what = props.targets.length === 1 ? props.targets[0]!.name : t('nodes', { count: props.targets.length })
  return (
    <AskDialog
      {...props}
      isHarsh={false}
      title={t('mountTitle', { what })}
      description={t('mountText')}
      toRequest={() => (chosen === null ? null : { kind: 'media', action: 'MountImage', ...chosen.request })}
    >
      {(isFixed) => (
        <DialogPart>
          <fieldset disabled={isFixed}>
            <legend className="sr-only">{t('mount')}</legend>
            <ImageChoice onChange={setChosen} />
          </fieldset>
        </DialogPart>
      )}
    </AskDialog>
  )
}

/** Whatever is in the virtual drives is taken out; while the host reads it only when that is said. */
export function EjectDialog(props: AskDialogProps) {
  const t = useTranslations('more')
  const [force, setForce] = useState(false)
  const what = props.targets.length === 1 ? props.targets[0]!.name : t('nodes', { count: props.targets.length })
  return (
    <AskDialog
      {...props}
      isHarsh={force}
      title={t('ejectTitle', { what })}
      description={t('ejectText')}
      toRequest={() => ({ kind: 'media', action: 'EjectMedia', ...(force ? { force } : {}) })}
    >
      {(isFixed) => (
        <DialogPart>
          <Checkbox disabled={isFixed} checked={force} onChange={(event) => setForce(event.target.checked)}>
            {t('ejectForce')}
          </Checkbox>
        </DialogPart>
      )}
    </AskDialog>
  )
}
