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
  return (
    <AskDialog
      {...props}
      isHarsh={false}
      action="MountImage"
      options={chosen?.request ?? null}
      title={(what) => t('mountTitle', { what })}
      description={() => t('mountText')}
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
  return (
    <AskDialog
      {...props}
      isHarsh={force}
      action="EjectMedia"
      options={force ? { force } : {}}
      title={(what) => t('ejectTitle', { what })}
      description={() => t('ejectText')}
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
